"""What mmmtl adds to mmengine's Runner: hooks, a batch sampler, loops, an optimizer wrapper."""

from mmmtl.engine.hooks import (
    BestCheckpointHook,
    CheckpointFitHook,
    ClassPixelsHook,
    DecathlonScoreHook,
    DurableCheckpointHook,
    EpochSeedHook,
    FuseConvBNHook,
    GradientConflictHook,
    JointScoreHook,
    LossWeightingHook,
    MultiTaskVisualizationHook,
    PreemptionHook,
    ProgressLineHook,
    SyncNormStatsHook,
    TaskCheckHook,
    ValidationLossHook,
    WorkDirHook,
)
from mmmtl.engine.optim_wrappers import CpuAmpOptimWrapper, LayerDecayOptimWrapperConstructor

__all__ = [
    'BestCheckpointHook',
    'CheckpointFitHook',
    'ClassPixelsHook',
    'CpuAmpOptimWrapper',
    'DecathlonScoreHook',
    'DurableCheckpointHook',
    'EpochSeedHook',
    'FuseConvBNHook',
    'GradientConflictHook',
    'JointScoreHook',
    'LayerDecayOptimWrapperConstructor',
    'LossWeightingHook',
    'MultiTaskVisualizationHook',
    'PreemptionHook',
    'ProgressLineHook',
    'SyncNormStatsHook',
    'TaskCheckHook',
    'ValidationLossHook',
    'WorkDirHook',
]
