from mmmtl.models.loss_weighting.base import (
    BaseLossWeighting,
    SharedTensors,
    TaskLosses,
    WeightedLosses,
)
from mmmtl.models.loss_weighting.equal import EqualWeighting
from mmmtl.models.loss_weighting.fixed import FixedWeighting
from mmmtl.models.loss_weighting.uncertainty import UncertaintyWeighting

__all__ = [
    'BaseLossWeighting',
    'EqualWeighting',
    'FixedWeighting',
    'SharedTensors',
    'TaskLosses',
    'UncertaintyWeighting',
    'WeightedLosses',
]
