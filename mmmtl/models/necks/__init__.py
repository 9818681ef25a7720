from mmmtl.models.necks.attention_mask import AttentionMask
from mmmtl.models.necks.mtan_neck import MTANNeck

__all__ = ['AttentionMask', 'MTANNeck']
