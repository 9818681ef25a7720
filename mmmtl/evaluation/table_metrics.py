"""Which metrics the papers' tables show for a task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mmmtl.tasks import Quantity, all_tasks

TABLE_METRICS: Mapping[Quantity, tuple[str, ...]] = {
    Quantity.CLASSES: ('mIoU', 'aAcc'),
    Quantity.SCALAR: ('abs_err', 'rel_err'),
    Quantity.DIRECTION: ('mean', 'median', '11.25', '22.5', '30'),
}
"""Metrics of a task by what it predicts, as in the tables of the MTAN paper and of those after it;
the first one of each is its main metric."""


def table_metrics(tasks: Iterable[str]) -> tuple[str, ...]:
    """Gives the metrics that a table shows.

    Args:
        tasks: Names of the tasks.

    Returns:
        Names of the metrics with the tasks as prefixes, in the order of the table of tasks.
    """
    names = set(tasks)
    return tuple(
        f'{task.name}/{metric}'
        for task in all_tasks()
        if task.name in names
        for metric in TABLE_METRICS[task.quantity]
    )


def main_metrics(tasks: Iterable[str]) -> tuple[str, ...]:
    """Gives the main metric of each task.

    Args:
        tasks: Names of the tasks.

    Returns:
        One metric a task, with the task as its prefix, in the order of the table of tasks.
    """
    names = set(tasks)
    return tuple(
        f'{task.name}/{TABLE_METRICS[task.quantity][0]}'
        for task in all_tasks()
        if task.name in names
    )


def tasks_of(metrics: Iterable[str]) -> tuple[str, ...]:
    """Gives the tasks that metrics belong to.

    Args:
        metrics: Names of metrics; those without a task as prefix are left out.

    Returns:
        Names of the tasks, in the order of the table of tasks.
    """
    prefixes = {metric.partition('/')[0] for metric in metrics if '/' in metric}
    return tuple(task.name for task in all_tasks() if task.name in prefixes)
