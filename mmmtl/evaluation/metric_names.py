"""What an evaluator will report, before it has evaluated anything."""

from __future__ import annotations

from collections.abc import Iterable

from mmengine.evaluator import BaseMetric
from mmseg.evaluation import IoUMetric

from mmmtl.evaluation.metrics.task_iou_metric import iou_names
from mmmtl.tasks import SEG


def metric_names(metric: BaseMetric) -> tuple[str, ...] | None:
    """Tells what a metric reports.

    Args:
        metric: The metric. This package's know it (``reported_names``), and so may any other.

    Returns:
        Names with their prefix, in their order; None if the class is unknown.
    """
    names = getattr(metric, 'reported_names', None)
    if type(metric) is IoUMetric:
        names = iou_names(metric)
    if names is None:
        return None
    return tuple(f'{metric.prefix}/{name}' if metric.prefix else name for name in names)


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
        if names is None and (not metric.prefix or key.startswith(f'{metric.prefix}/')):
            return True
    return False
