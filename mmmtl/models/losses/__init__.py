from mmmtl.models.losses.binary_cross_entropy import (
    BinaryCrossEntropyLoss,
    balanced_binary_cross_entropy,
)
from mmmtl.models.losses.masked_cosine import MaskedCosineLoss, masked_cosine
from mmmtl.models.losses.masked_l1 import MaskedL1Loss, masked_l1

__all__ = [
    'BinaryCrossEntropyLoss',
    'MaskedCosineLoss',
    'MaskedL1Loss',
    'balanced_binary_cross_entropy',
    'masked_cosine',
    'masked_l1',
]
