from mmmtl.models import backbones, decode_heads, loss_weighting, losses, necks, segmentors
from mmmtl.models.data_preprocessor import MultiTaskDataPreprocessor

__all__ = [
    'MultiTaskDataPreprocessor',
    'backbones',
    'decode_heads',
    'loss_weighting',
    'losses',
    'necks',
    'segmentors',
]
