from mmmtl.engine.hooks.best_checkpoint_hook import BestCheckpointHook
from mmmtl.engine.hooks.channels_last_hook import ChannelsLastHook
from mmmtl.engine.hooks.checkpoint_fit_hook import CheckpointFitHook
from mmmtl.engine.hooks.class_pixels_hook import ClassPixelsHook
from mmmtl.engine.hooks.compile_hook import CompileHook
from mmmtl.engine.hooks.decathlon_score_hook import DecathlonScoreHook
from mmmtl.engine.hooks.durable_checkpoint_hook import DurableCheckpointHook
from mmmtl.engine.hooks.epoch_seed_hook import EpochSeedHook
from mmmtl.engine.hooks.fuse_conv_bn_hook import FuseConvBNHook
from mmmtl.engine.hooks.gradient_conflict_hook import GradientConflictHook
from mmmtl.engine.hooks.joint_score_hook import JointScoreHook
from mmmtl.engine.hooks.loss_weighting_hook import LossWeightingHook
from mmmtl.engine.hooks.preemption_hook import PreemptionHook
from mmmtl.engine.hooks.progress_hook import ProgressLineHook
from mmmtl.engine.hooks.sync_norm_stats_hook import SyncNormStatsHook
from mmmtl.engine.hooks.task_check_hook import TaskCheckHook
from mmmtl.engine.hooks.validation_loss_hook import ValidationLossHook
from mmmtl.engine.hooks.visualization_hook import MultiTaskVisualizationHook
from mmmtl.engine.hooks.work_dir_hook import WorkDirHook

__all__ = [
    'BestCheckpointHook',
    'ChannelsLastHook',
    'CheckpointFitHook',
    'ClassPixelsHook',
    'CompileHook',
    'DecathlonScoreHook',
    'DurableCheckpointHook',
    'EpochSeedHook',
    'FuseConvBNHook',
    'GradientConflictHook',
    'JointScoreHook',
    'LossWeightingHook',
    'MultiTaskVisualizationHook',
    'PreemptionHook',
    'ProgressLineHook',
    'SyncNormStatsHook',
    'TaskCheckHook',
    'ValidationLossHook',
    'WorkDirHook',
]
