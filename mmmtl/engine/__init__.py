"""What mmmtl adds to mmengine's Runner: hooks and an optimizer wrapper."""

from mmmtl.engine.hooks import (
    ClassPixelsHook,
    EpochSeedHook,
    LossWeightingHook,
    MultiTaskVisualizationHook,
    ProgressLineHook,
    SyncNormStatsHook,
    TaskCheckHook,
    ValidationLossHook,
)
from mmmtl.engine.optim_wrappers import CpuAmpOptimWrapper

__all__ = [
    'CpuAmpOptimWrapper',
    'ClassPixelsHook',
    'EpochSeedHook',
    'LossWeightingHook',
    'MultiTaskVisualizationHook',
    'ProgressLineHook',
    'SyncNormStatsHook',
    'TaskCheckHook',
    'ValidationLossHook',
]
