from mmmtl.models.necks.aspp_neck import ASPPNeck
from mmmtl.models.necks.cross_talk_decoder import CrossTalkDecoder
from mmmtl.models.necks.invpt_full_neck import InvPTFullNeck
from mmmtl.models.necks.invpt_neck import InvPTNeck
from mmmtl.models.necks.mtan_neck import MTANNeck
from mmmtl.models.necks.mtan_resnet_neck import MTANResNetNeck
from mmmtl.models.necks.mtan_v1_neck import MTANv1Neck
from mmmtl.models.necks.mtinet_neck import MTINetNeck
from mmmtl.models.necks.mtlbl2_neck import MTLBL2Neck
from mmmtl.models.necks.neck_chain import NeckChain
from mmmtl.models.necks.padnet_neck import PADNetNeck
from mmmtl.models.necks.per_task_neck import PerTaskNeck
from mmmtl.models.necks.pyramid_task_neck import PyramidTaskNeck
from mmmtl.models.necks.simple_feature_pyramid import SimpleFeaturePyramid
from mmmtl.models.necks.stage_attention_neck import StageAttentionNeck
from mmmtl.models.necks.task_streams_neck import TaskStreamsNeck

__all__ = [
    'ASPPNeck',
    'CrossTalkDecoder',
    'InvPTFullNeck',
    'InvPTNeck',
    'MTANNeck',
    'MTANResNetNeck',
    'MTANv1Neck',
    'MTINetNeck',
    'MTLBL2Neck',
    'NeckChain',
    'PADNetNeck',
    'PerTaskNeck',
    'PyramidTaskNeck',
    'SimpleFeaturePyramid',
    'StageAttentionNeck',
    'TaskStreamsNeck',
]
