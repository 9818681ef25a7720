from mmmtl.engine.hooks.epoch_seed_hook import EpochSeedHook
from mmmtl.engine.hooks.loss_weighting_hook import LossWeightingHook
from mmmtl.engine.hooks.preemption_hook import PreemptionHook
from mmmtl.engine.hooks.progress_hook import ProgressLineHook
from mmmtl.engine.hooks.sync_norm_stats_hook import SyncNormStatsHook
from mmmtl.engine.hooks.task_check_hook import TaskCheckHook
from mmmtl.engine.hooks.validation_loss_hook import ValidationLossHook
from mmmtl.engine.hooks.visualization_hook import MultiTaskVisualizationHook

__all__ = [
    'EpochSeedHook',
    'LossWeightingHook',
    'MultiTaskVisualizationHook',
    'PreemptionHook',
    'ProgressLineHook',
    'SyncNormStatsHook',
    'TaskCheckHook',
    'ValidationLossHook',
]
