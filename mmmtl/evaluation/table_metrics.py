"""Which metrics tables show for a task.

A metric is ``<task>/<name>``, or ``<data set>/<task>/<name>`` where several data sets are measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mmmtl.evaluation.joint_metrics import joint_metrics
from mmmtl.tasks import Task, tasks_in

_LOSS = 'val_loss'


def table_metrics(
    tasks: Iterable[str], defined: Mapping[str, Task] | None = None
) -> tuple[str, ...]:
    """Gives the metrics that a table shows, as in the MTAN paper and those after it.

    Args:
        tasks: Names of the tasks, after those of data sets where there are several.
        defined: Tasks by name, for names that are not known. Defaults to none.

    Returns:
        Names of the metrics with the tasks as prefixes, known tasks first, in their order.
    """
    return tuple(
        f'{prefix}/{metric}'
        for prefix, task in _ordered(tasks, defined)
        for metric in task.table_metrics
    )


def shown_metrics(
    found: Iterable[str], defined: Mapping[str, Task] | None = None
) -> tuple[str, ...]:
    """Gives the metrics that a table of runs shows.

    Args:
        found: Names of the metrics that the runs have, with the tasks as prefixes.
        defined: Tasks by name, for names that are not known. Defaults to none.

    Returns:
        Those of the metrics that :func:`table_metrics` names, and beside those of each task what
        only some evaluations report, such as the errors without infinitely far pixels; at the end
        what is computed of several tasks (:mod:`~mmmtl.evaluation.joint_metrics`).
    """
    found = dict.fromkeys(found)
    together = joint_metrics(dict.fromkeys(found, 0.0))  # for the names
    names = (
        f'{prefix}/{metric}'
        for prefix, task in _ordered(_prefixes(found), defined)
        for metric in (*task.table_metrics, *task.side_metrics)
    )
    return tuple(name for name in (*names, *together) if name in found)


def counted_metrics(
    chosen: Iterable[str], defined: Mapping[str, Task] | None = None
) -> tuple[str, ...]:
    """Gives those of a table's chosen metrics that its gains and ranks count.

    Args:
        chosen: Names of the metrics, such as ``'depth/rmse'``.
        defined: Tasks by name, for names that are not known. Defaults to none.

    Returns:
        The chosen metrics of a task, in their order. Left out is what only stands beside others,
        errors without infinitely far pixels and what is computed of several tasks.
    """
    chosen = list(chosen)
    tasks = dict(_ordered(_prefixes(chosen), defined))
    parts = ((name, *name.rpartition('/')[::2]) for name in chosen)
    return tuple(
        name
        for name, prefix, metric in parts
        if prefix in tasks and metric not in tasks[prefix].side_metrics
    )


def main_metrics(
    tasks: Iterable[str], defined: Mapping[str, Task] | None = None
) -> tuple[str, ...]:
    """Gives the main metric of each task.

    Args:
        tasks: Names of the tasks, after those of data sets where there are several.
        defined: Tasks by name, for names that are not known. Defaults to none.

    Returns:
        One metric a task, with the task as its prefix, known tasks first, in their order.
    """
    return tuple(f'{prefix}/{task.table_metrics[0]}' for prefix, task in _ordered(tasks, defined))


def tasks_of(metrics: Iterable[str], defined: Mapping[str, Task] | None = None) -> tuple[str, ...]:
    """Gives the tasks that metrics belong to.

    Args:
        metrics: Names of metrics; those without a task as prefix are left out.
        defined: Tasks by name, for names that are not known. Defaults to none.

    Returns:
        Names of the tasks, known tasks first, in their order; after those of data sets where the
        metrics have one.
    """
    return tuple(prefix for prefix, _ in _ordered(_prefixes(metrics), defined))


def task_of_metric(metric: str) -> str:
    """Gives the task that a metric belongs to.

    Args:
        metric: Name of the metric, ``'seg/mIoU'`` or ``'camvid/seg/mIoU'``.

    Returns:
        Name of the task, ``'seg'``; empty if it names none.
    """
    return metric.rpartition('/')[0].rpartition('/')[2]


def _prefixes(metrics: Iterable[str]) -> list[str]:
    """Gives what stands before the names; a loss is measured on all data sets together."""
    parts = (metric.rpartition('/') for metric in metrics)
    return list(dict.fromkeys(prefix for prefix, _, name in parts if prefix and name != _LOSS))


def _ordered(prefixes: Iterable[str], defined: Mapping[str, Task] | None) -> list[tuple[str, Task]]:
    given = list(dict.fromkeys(prefixes))
    every = tasks_in(None) | dict(defined or {})
    return [
        (prefix, task)
        for task in every.values()
        for prefix in given
        if prefix.rpartition('/')[2] == task.name
    ]
