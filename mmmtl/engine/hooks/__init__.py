from mmmtl.engine.hooks.epoch_seed_hook import EpochSeedHook
from mmmtl.engine.hooks.sync_norm_stats_hook import SyncNormStatsHook

__all__ = ['EpochSeedHook', 'SyncNormStatsHook']
