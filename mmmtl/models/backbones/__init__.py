from mmmtl.models.backbones.cross_stitch_segnet import CrossStitchSegNet
from mmmtl.models.backbones.dense_segnet import DenseSegNet
from mmmtl.models.backbones.dense_unet_encoder import DenseUNetEncoder
from mmmtl.models.backbones.hf_backbone import HFBackbone
from mmmtl.models.backbones.hf_task_backbone import HFTaskBackbone
from mmmtl.models.backbones.mtan_resnet import MTANResNet
from mmmtl.models.backbones.mtlbl1_segnet import MTLBL1SegNet
from mmmtl.models.backbones.segnet import SegNet
from mmmtl.models.backbones.segnet_encoder import SegNetEncoder
from mmmtl.models.backbones.wide_resnet import WideResNet

__all__ = [
    'CrossStitchSegNet',
    'DenseSegNet',
    'DenseUNetEncoder',
    'HFBackbone',
    'HFTaskBackbone',
    'MTANResNet',
    'MTLBL1SegNet',
    'SegNet',
    'SegNetEncoder',
    'WideResNet',
]
