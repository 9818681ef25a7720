"""Which metrics tables show for a task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mmmtl.tasks import Task, tasks_in


def table_metrics(
    tasks: Iterable[str], defined: Mapping[str, Task] | None = None
) -> tuple[str, ...]:
    """Gives the metrics that a table shows, as in the MTAN paper and those after it.

    Args:
        tasks: Names of the tasks.
        defined: Tasks by name, for names that are not known. Defaults to none.

    Returns:
        Names of the metrics with the tasks as prefixes, known tasks first, in their order.
    """
    return tuple(
        f'{task.name}/{metric}'
        for task in _ordered(tasks, defined)
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
        only some evaluations report, such as the errors without infinitely far pixels.
    """
    found = set(found)
    names = (
        f'{task.name}/{metric}'
        for task in _ordered(_prefixes(found), defined)
        for metric in (*task.table_metrics, *task.side_metrics)
    )
    return tuple(name for name in names if name in found)


def main_metrics(
    tasks: Iterable[str], defined: Mapping[str, Task] | None = None
) -> tuple[str, ...]:
    """Gives the main metric of each task.

    Args:
        tasks: Names of the tasks.
        defined: Tasks by name, for names that are not known. Defaults to none.

    Returns:
        One metric a task, with the task as its prefix, known tasks first, in their order.
    """
    return tuple(f'{task.name}/{task.table_metrics[0]}' for task in _ordered(tasks, defined))


def tasks_of(metrics: Iterable[str], defined: Mapping[str, Task] | None = None) -> tuple[str, ...]:
    """Gives the tasks that metrics belong to.

    Args:
        metrics: Names of metrics; those without a task as prefix are left out.
        defined: Tasks by name, for names that are not known. Defaults to none.

    Returns:
        Names of the tasks, known tasks first, in their order.
    """
    return tuple(task.name for task in _ordered(_prefixes(metrics), defined))


def _prefixes(metrics: Iterable[str]) -> set[str]:
    return {metric.partition('/')[0] for metric in metrics if '/' in metric}


def _ordered(names: Iterable[str], defined: Mapping[str, Task] | None) -> list[Task]:
    wanted = set(names)
    every = tasks_in(None) | dict(defined or {})
    return [task for task in every.values() if task.name in wanted]
