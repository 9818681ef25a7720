from mmmtl.engine.loops.resumable_epoch_loop import ResumableEpochLoop
from mmmtl.engine.loops.resumable_iter_loop import ResumableIterLoop
from mmmtl.engine.loops.take_over import take_over

__all__ = ['ResumableEpochLoop', 'ResumableIterLoop', 'take_over']
