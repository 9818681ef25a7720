from mmmtl.engine.loops.joined_loaders import JoinedLoaders
from mmmtl.engine.loops.multi_set_evaluator import MultiSetEvaluator
from mmmtl.engine.loops.multi_set_test_loop import MultiSetTestLoop
from mmmtl.engine.loops.multi_set_val_loop import MultiSetValLoop
from mmmtl.engine.loops.resumable_epoch_loop import ResumableEpochLoop
from mmmtl.engine.loops.resumable_iter_loop import ResumableIterLoop
from mmmtl.engine.loops.take_over import take_over, warn_of_lost_place

__all__ = [
    'JoinedLoaders',
    'MultiSetEvaluator',
    'MultiSetTestLoop',
    'MultiSetValLoop',
    'ResumableEpochLoop',
    'ResumableIterLoop',
    'take_over',
    'warn_of_lost_place',
]
