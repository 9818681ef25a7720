"""What an evaluator will report, before it has evaluated anything."""

from __future__ import annotations

from collections.abc import Iterable

from mmengine.evaluator import BaseMetric
from mmseg.evaluation import IoUMetric

from mmmtl.evaluation.metrics.task_iou_metric import iou_names
from mmmtl.tasks import SEG

_SET = 'set_name'


def metric_names(metric: BaseMetric) -> tuple[str, ...] | None:
    """Tells what a metric reports.

    Args:
        metric: The metric. This package's know it (``reported_names``), and so may any other.

    Returns:
        Names with their prefix, after that of the data set where it is one of several, in their
        order; None if the class is unknown.
    """
    names = getattr(metric, 'reported_names', None)
    if type(metric) is IoUMetric:
        names = iou_names(metric)
    if names is None:
        return None
    prefix = metric_prefix(metric)
    return tuple(f'{prefix}/{name}' if prefix else name for name in names)


def metric_prefix(metric: BaseMetric) -> str:
    """Tells what stands before each of a metric's names.

    Args:
        metric: The metric.

    Returns:
        Its prefix, after that of the data set where it is one of several; empty if there is none.
    """
    return '/'.join(filter(None, (getattr(metric, _SET, None), metric.prefix)))


def put_set_before(metric: BaseMetric, name: str) -> None:
    """Notes that a metric is of one of several data sets, whose name stands before its own.

    Args:
        metric: The metric, changed in place.
        name: Name of the data set.
    """
    setattr(metric, _SET, name)


def metric_task(metric: BaseMetric) -> str | None:
    """Tells which task a metric measures.

    Args:
        metric: The metric.

    Returns:
        Name of the task; None if the class is unknown. mmseg's ``IoUMetric`` measures ``seg``,
        whatever its prefix.
    """
    if type(metric) is IoUMetric:
        return SEG.name
    return getattr(metric, 'task_name', None)


def may_report(metrics: Iterable[BaseMetric], key: str) -> bool:
    """Tells whether one of several metrics may report a number.

    Args:
        metrics: The metrics.
        key: Name of the number, with its prefix.

    Returns:
        False if none does. A metric of an unknown class may report anything under its prefix.
    """
    for metric in metrics:
        names = metric_names(metric)
        if names is not None and key in names:
            return True
        prefix = metric_prefix(metric)
        if names is None and (not prefix or key.startswith(f'{prefix}/')):
            return True
    return False
