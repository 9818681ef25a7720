"""What mmmtl adds to mmengine's Runner: hooks, a batch sampler, loops, an optimizer wrapper."""

from mmmtl.engine.hooks import (
    EpochSeedHook,
    LossWeightingHook,
    MultiTaskVisualizationHook,
    PreemptionHook,
    ProgressLineHook,
    SyncNormStatsHook,
    TaskCheckHook,
    ValidationLossHook,
)
from mmmtl.engine.optim_wrappers import CpuAmpOptimWrapper

__all__ = [
    'CpuAmpOptimWrapper',
    'EpochSeedHook',
    'LossWeightingHook',
    'MultiTaskVisualizationHook',
    'PreemptionHook',
    'ProgressLineHook',
    'SyncNormStatsHook',
    'TaskCheckHook',
    'ValidationLossHook',
]
