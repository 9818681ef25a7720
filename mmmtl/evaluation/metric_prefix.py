"""Whether a metric reports its numbers under the name of the task that it measures."""

from __future__ import annotations

from collections.abc import Iterable

from mmengine.evaluator import BaseMetric

from mmmtl.tasks import known_tasks


def check_prefix(metric: BaseMetric, task: str, tasks: Iterable[str]) -> None:
    """Refuses a prefix under which a metric would report one task's numbers as another's.

    Args:
        metric: The metric.
        task: Name of the task that it measures.
        tasks: Names of tasks there are, beside those that are known by their names.

    Raises:
        ValueError: If the prefix is the name of another task.
    """
    named = (metric.prefix or '').partition('/')[0]
    if named != task and named in {*tasks, *(known.name for known in known_tasks())}:
        title = type(metric).__name__
        right = title if hasattr(metric, 'task_name') else f'Task{title}'
        raise ValueError(
            f'prefix: expected {task!r}, the task that this {title} measures, or a name of no '
            f'task, found {metric.prefix!r}; {right}(task={named!r}) measures {named!r}.'
        )
