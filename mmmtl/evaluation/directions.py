"""Whether more or less of a metric is better."""

from __future__ import annotations

_HIGHER_IS_BETTER = {
    **dict.fromkeys(('mIoU', 'mAcc', 'aAcc', 'IoU', 'Acc', 'mDice', 'mFscore'), True),
    **dict.fromkeys(('mPrecision', 'mRecall', 'd1', 'd2', 'd3'), True),
    **dict.fromkeys(('11.25', '22.5', '30', 'delta_m'), True),
    **dict.fromkeys(('abs_err', 'rel_err', 'rmse', 'mean', 'median', 'loss', 'val_loss'), False),
}


def higher_is_better(metric: str) -> bool | None:
    """Tells in which direction a metric improves.

    Args:
        metric: Name of the metric, with or without a prefix: ``'seg/mIoU'``, ``'delta_m'``.

    Returns:
        True if more is better, False if less is, None if the metric is unknown.
    """
    return _HIGHER_IS_BETTER.get(metric.rpartition('/')[2])


def direction_arrow(metric: str) -> str:
    """Gives the arrow to print after a metric's name.

    Args:
        metric: Name of the metric, with or without a prefix.

    Returns:
        An arrow up or down, or nothing if the metric is unknown.
    """
    return {True: '↑', False: '↓', None: ''}[higher_is_better(metric)]
