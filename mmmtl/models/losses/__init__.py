from mmmtl.models.losses.angular import AngularLoss
from mmmtl.models.losses.berhu import BerHuLoss
from mmmtl.models.losses.binary_cross_entropy import (
    BinaryCrossEntropyLoss,
    balanced_binary_cross_entropy,
)
from mmmtl.models.losses.binary_dice import BinaryDiceLoss, binary_dice
from mmmtl.models.losses.binary_focal import BinaryFocalLoss
from mmmtl.models.losses.class_probability import ClassProbabilityLoss
from mmmtl.models.losses.end_point import EndPointLoss
from mmmtl.models.losses.gradient_matching import GradientMatchingLoss, gradient_matching
from mmmtl.models.losses.map_loss import MapLoss
from mmmtl.models.losses.masked_cosine import MaskedCosineLoss, masked_cosine
from mmmtl.models.losses.masked_l1 import MaskedL1Loss, masked_l1
from mmmtl.models.losses.masked_l2 import MaskedL2Loss
from mmmtl.models.losses.masked_smooth_l1 import MaskedSmoothL1Loss
from mmmtl.models.losses.pixel_loss import PixelLoss
from mmmtl.models.losses.silog import SILogLoss, silog

__all__ = [
    'AngularLoss',
    'BerHuLoss',
    'BinaryCrossEntropyLoss',
    'BinaryDiceLoss',
    'BinaryFocalLoss',
    'ClassProbabilityLoss',
    'EndPointLoss',
    'GradientMatchingLoss',
    'MapLoss',
    'MaskedCosineLoss',
    'MaskedL1Loss',
    'MaskedL2Loss',
    'MaskedSmoothL1Loss',
    'PixelLoss',
    'SILogLoss',
    'balanced_binary_cross_entropy',
    'binary_dice',
    'gradient_matching',
    'masked_cosine',
    'masked_l1',
    'silog',
]
