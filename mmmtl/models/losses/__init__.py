from mmmtl.models.losses.masked_cosine import MaskedCosineLoss, masked_cosine
from mmmtl.models.losses.masked_l1 import MaskedL1Loss, masked_l1

__all__ = ['MaskedCosineLoss', 'MaskedL1Loss', 'masked_cosine', 'masked_l1']
