from mmmtl.models.backbones.segnet import SegNet

__all__ = ['SegNet']
