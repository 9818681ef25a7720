"""What mmmtl adds to mmengine's Runner: hooks and an optimizer wrapper."""

from mmmtl.engine.hooks import (
    CheckpointFitHook,
    ClassPixelsHook,
    EpochSeedHook,
    LossWeightingHook,
    MultiTaskVisualizationHook,
    ProgressLineHook,
    SyncNormStatsHook,
    TaskCheckHook,
    ValidationLossHook,
    WorkDirHook,
)
from mmmtl.engine.optim_wrappers import CpuAmpOptimWrapper

__all__ = [
    'CheckpointFitHook',
    'ClassPixelsHook',
    'CpuAmpOptimWrapper',
    'EpochSeedHook',
    'LossWeightingHook',
    'MultiTaskVisualizationHook',
    'ProgressLineHook',
    'SyncNormStatsHook',
    'TaskCheckHook',
    'ValidationLossHook',
    'WorkDirHook',
]
