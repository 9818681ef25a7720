from mmmtl.models.loss_weighting.base import (
    BaseLossWeighting,
    SharedTensors,
    TaskLosses,
    WeightedLosses,
)
from mmmtl.models.loss_weighting.dynamic_weight_average import DynamicWeightAverage
from mmmtl.models.loss_weighting.epoch_statistics import EpochStatistics
from mmmtl.models.loss_weighting.epoch_weighting import EpochLossWeighting
from mmmtl.models.loss_weighting.equal import EqualWeighting
from mmmtl.models.loss_weighting.famo import FAMOWeighting
from mmmtl.models.loss_weighting.fixed import FixedWeighting
from mmmtl.models.loss_weighting.geometric_mean import GeometricMeanWeighting
from mmmtl.models.loss_weighting.gradient import GradientWeighting, GradNorm
from mmmtl.models.loss_weighting.imtl_loss import IMTLLossWeighting
from mmmtl.models.loss_weighting.learnable import LearnableWeighting
from mmmtl.models.loss_weighting.random_weighting import RandomWeighting
from mmmtl.models.loss_weighting.scalarised import ScalarisedWeighting
from mmmtl.models.loss_weighting.stch import STCHWeighting
from mmmtl.models.loss_weighting.uncertainty import UncertaintyWeighting

__all__ = [
    'BaseLossWeighting',
    'DynamicWeightAverage',
    'EpochLossWeighting',
    'EpochStatistics',
    'EqualWeighting',
    'FAMOWeighting',
    'FixedWeighting',
    'GeometricMeanWeighting',
    'GradNorm',
    'GradientWeighting',
    'IMTLLossWeighting',
    'LearnableWeighting',
    'RandomWeighting',
    'STCHWeighting',
    'ScalarisedWeighting',
    'SharedTensors',
    'TaskLosses',
    'UncertaintyWeighting',
    'WeightedLosses',
]
