from mmmtl.models.losses.masked_l1 import MaskedL1Loss, masked_l1

__all__ = ['MaskedL1Loss', 'masked_l1']
