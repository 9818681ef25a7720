from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from mmseg.registry import TASK_UTILS

from mmmtl.tasks import Task
from mmmtl.tasks.nearest import nearest


def build_task_reader(given: Mapping[str, Any] | Callable, task: Task) -> Callable:
    """Builds the reader of a task's label files.

    It is told what the task says (:attr:`mmmtl.tasks.Task.reader_facts`) and its config does not,
    such as which number marks pixels without a label.

    Args:
        given: A reader, which is used as it is, or the config of one.
        task: The task.

    Returns:
        The reader.

    Raises:
        ValueError: If there is no such reader, it has no such argument, lacks one or refuses one,
            or the config contradicts the task.
    """
    where = f'label_readers.{task.name}'
    if not isinstance(given, Mapping):
        if not callable(given):
            raise ValueError(f'{where}: expected a reader, dict(type=...), found {given!r}.')
        return given
    kind = given.get('type')
    reader = TASK_UTILS.get(kind) if isinstance(kind, str) else kind
    if not callable(reader):
        known = [name for name in TASK_UTILS.module_dict if name.endswith('Reader')]
        raise ValueError(
            f'{where}.type: expected the type of a reader, found {kind!r}{nearest(kind, known)}'
        )
    parameters = inspect.signature(reader).parameters
    takes_all = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
    arguments = {key: value for key, value in given.items() if key != 'type'}
    for key, value in arguments.items():
        if key not in parameters and not takes_all:
            raise ValueError(
                f'{where}: expected arguments of {reader.__name__}, '
                f'{", ".join(parameters) or "none"}, found {key!r}{nearest(key, parameters)}'
            )
        expected = task.reader_facts.get(key, value)
        if value != expected and not (_is_nan(value) and _is_nan(expected)):
            raise ValueError(
                f'{where}.{key}: expected {expected!r}, as the task says, found {value!r}; '
                'leave it out here, or define the task so.'
            )
    told = {key: value for key, value in task.reader_facts.items() if key in parameters}
    lacking = [
        name
        for name, one in parameters.items()
        if name not in {**told, **arguments}
        and one.default is one.empty
        and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    ]
    if lacking:
        raise ValueError(f'{where}: expected {lacking[0]!r}, which {reader.__name__} needs.')
    try:
        return reader(**{**told, **arguments})
    except ValueError as error:
        raise ValueError(f'{where}: {error}') from error


def of_tasks(tasks: Mapping[str, Task], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Chooses what a layout says of the tasks that are asked for and bring no reader themselves.

    Args:
        tasks: The tasks by name.
        defaults: What the layout says, by task.

    Returns:
        A part of it.
    """
    return {k: v for k, v in defaults.items() if k in tasks and tasks[k].reader is None}


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and value != value
