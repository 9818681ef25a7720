from __future__ import annotations

import logging

from mmengine.logging import print_log
from mmengine.runner import BaseLoop, EpochBasedTrainLoop, IterBasedTrainLoop

from mmmtl.engine.loops.resumable_epoch_loop import ResumableEpochLoop
from mmmtl.engine.loops.resumable_iter_loop import ResumableIterLoop

_RESUMABLE: dict[type[BaseLoop], type[BaseLoop]] = {
    EpochBasedTrainLoop: ResumableEpochLoop,
    IterBasedTrainLoop: ResumableIterLoop,
}


def take_over(loop: BaseLoop) -> bool:
    """Makes a training loop of mmengine one that can go on in the middle of an epoch.

    Configs and mmengine's Runner name its two loops in several ways, so that the loop that was
    made is changed rather than what they name. Loops of one's own are left alone.

    Args:
        loop: The loop, changed in place.

    Returns:
        Whether the loop is a resumable one now.
    """
    own = _RESUMABLE.get(type(loop))
    if own is not None:
        loop.__class__ = own  # the two add no state that has to be made
        if isinstance(loop, ResumableIterLoop):
            loop.dataloader_iterator = None  # ends workers, which had begun to load
    return isinstance(loop, tuple(_RESUMABLE.values()))


def warn_of_lost_place(loop: BaseLoop) -> None:
    """Warns of a loop whose checkpoints may lie within an epoch, in which it cannot go on.

    Args:
        loop: A training loop that nothing has taken over, or another one.
    """
    if type(loop) is EpochBasedTrainLoop:
        print_log(
            'A checkpoint may lie within an epoch. A run that resumes from it trains that epoch '
            'from its start and counts its iterations twice; with EpochSeedHook in custom_hooks it '
            'would go on in the middle.',
            logger='current',
            level=logging.WARNING,
        )
