"""Whether more or less of a metric is better."""

from __future__ import annotations

from collections.abc import Mapping

from mmseg.registry import METRICS

from mmmtl.evaluation.metrics import (
    BinaryMetric,
    BoundaryMetric,
    DepthErrorMetric,
    ImageClassMetric,
    NormalErrorMetric,
    TaskIoUMetric,
    VectorErrorMetric,
)

_OWN = (
    TaskIoUMetric,
    DepthErrorMetric,
    NormalErrorMetric,
    BinaryMetric,
    BoundaryMetric,
    VectorErrorMetric,
    ImageClassMetric,
)
_HIGHER_IS_BETTER: dict[str, bool] = {
    **{name: known for metric in _OWN for name, known in metric.higher_is_better.items()},
    # of one class or of binary segmentation, as mmseg's tables and those of papers call them
    **dict.fromkeys(('IoU', 'Acc'), True),
    **dict.fromkeys(('delta_m', 'weighted_sum'), True),  # of several tasks
    'score': True,  # of a decathlon
    **dict.fromkeys(('loss', 'val_loss'), False),
}


def higher_is_better(metric: str) -> bool | None:
    """Tells in which direction a metric improves.

    The classes of metrics say so themselves: those of this package, and any registered in mmseg's
    ``METRICS`` that has a dict ``higher_is_better``, by name of the metric.

    Args:
        metric: Name of the metric, with or without a prefix: ``'seg/mIoU'``, ``'delta_m'``.

    Returns:
        True if more is better, False if less is, None if the metric is unknown.
    """
    name = metric.rpartition('/')[2]
    if name in _HIGHER_IS_BETTER:
        return _HIGHER_IS_BETTER[name]
    for registered in METRICS.module_dict.values():
        known = getattr(registered, 'higher_is_better', None)
        if isinstance(known, Mapping) and name in known:
            return bool(known[name])
    return None


def direction_arrow(metric: str) -> str:
    """Gives the arrow to print after a metric's name.

    Args:
        metric: Name of the metric, with or without a prefix.

    Returns:
        An arrow up or down, or nothing if the metric is unknown.
    """
    return {True: '↑', False: '↓', None: ''}[higher_is_better(metric)]
