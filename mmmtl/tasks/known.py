"""From names and configs to tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mmseg.registry import TASK_UTILS

from mmmtl.tasks.class_task import ClassTask
from mmmtl.tasks.direction_task import DirectionTask
from mmmtl.tasks.scalar_task import ScalarTask
from mmmtl.tasks.task import Task, plain

Tasks = Iterable[str] | Mapping[str, 'Mapping[str, Any] | Task']
"""What a config may give as ``tasks``: names of known tasks, or a definition for each name."""

SEG = ClassTask(name='seg')
"""Semantic segmentation; its classes are those of the data set."""

DEPTH = ScalarTask(name='depth', unit=None)
"""Depth, inverse depth or disparity, in the unit that the data set states as ``depth_unit``; 0
where it was not measured."""

NORMAL = DirectionTask(name='normal')
"""Surface normals."""

_KNOWN: dict[str, Task] = {task.name: task for task in (SEG, DEPTH, NORMAL)}


def register_task(task: Task) -> Task:
    """Makes a task known by its name, in a module that ``custom_imports`` names.

    A config can define tasks of its own without that, see :func:`build_tasks`.

    Args:
        task: The task.

    Returns:
        The task.

    Raises:
        ValueError: If another task is known by that name, or has its fields.
    """
    known = _KNOWN.get(task.name, task)
    if known != task:
        raise ValueError(f'Cannot register {task!r}: the name is that of {known!r}.')
    check_fields([task, *(other for other in _KNOWN.values() if other.name != task.name)])
    _KNOWN[task.name] = task
    return task


def known_tasks() -> tuple[Task, ...]:
    """Gives every task that is known by its name, in the order of registration."""
    return tuple(_KNOWN.values())


def get_task(name: str) -> Task:
    """Looks a known task up.

    Args:
        name: Name of the task.

    Returns:
        The task of that name.

    Raises:
        ValueError: If there is no such task.
    """
    try:
        return _KNOWN[name]
    except KeyError:
        raise ValueError(
            f'Unknown task {name!r}. Known tasks: {", ".join(_KNOWN)}. Define another one in the '
            f"config, tasks = dict({name}=dict(type='ClassTask', ...)), and give `tasks` to the "
            'model and the data sets; or register it with mmmtl.tasks.register_task().'
        ) from None


def build_tasks(given: Tasks) -> dict[str, Task]:
    """Makes the tasks that a config asks for.

    Args:
        given: Names of known tasks, or for each name a definition, such as
            ``dict(parts=dict(type='ClassTask', classes=('head', 'body')))``, or a task.

    Returns:
        The tasks by name, in the order given.

    Raises:
        ValueError: If there is none, a name or a definition is wrong, or two tasks have one field.
    """
    if isinstance(given, str):
        raise ValueError(f'tasks: expected a list of names or a dict, found the string {given!r}.')
    if isinstance(given, Mapping):
        tasks = {name: _build_task(name, definition) for name, definition in given.items()}
    else:
        tasks = {name: get_task(name) for name in given}
    if not tasks:
        raise ValueError('tasks: expected at least one task, found none.')
    check_fields(tasks.values())
    return tasks


def check_task_names(names: Iterable[str]) -> tuple[str, ...]:
    """Checks a list of names where only the names of tasks matter.

    Args:
        names: The names.

    Returns:
        The names.

    Raises:
        ValueError: If there is none, one is given twice, or they are one text.
    """
    if isinstance(names, str):
        raise ValueError(f'tasks: expected a list of names, found the string {names!r}.')
    checked = tuple(names)
    twice = sorted({name for name in checked if checked.count(name) > 1})
    if not checked or twice:
        raise ValueError(f'tasks: expected different names, found {list(checked) or "none"}.')
    return checked


def check_fields(tasks: Iterable[Task]) -> None:
    """Checks that no two tasks keep their maps in one place.

    Args:
        tasks: The tasks.

    Raises:
        ValueError: If two have a field in common.
    """
    owners: dict[str, str] = {}
    for task in tasks:
        for field in set(task.fields):
            owner = owners.setdefault(field, task.name)
            if owner != task.name:
                raise ValueError(
                    f'tasks: {owner!r} and {task.name!r} both have the field {field!r}; '
                    'rename one of them.'
                )


def task_definitions(tasks: Mapping[str, Task]) -> dict[str, dict[str, Any]]:
    """Gives the definitions of tasks, as checkpoints and meta information hold them.

    Args:
        tasks: The tasks by name.

    Returns:
        Plain values by name; :func:`build_tasks` makes the tasks of them.
    """
    return {name: task.definition() for name, task in tasks.items()}


def tasks_in(metainfo: Mapping[str, Any] | None, names: Iterable[str] = ()) -> dict[str, Task]:
    """Gives the tasks that meta information tells of, and known ones.

    Args:
        metainfo: Meta information of a data set or a checkpoint. Its ``tasks`` are definitions
            (:func:`task_definitions`); without them, ``classes``, ``palette`` and ``depth_unit``
            complete the known tasks.
        names: Names of tasks, for what it does not tell of. Defaults to all known ones.

    Returns:
        The tasks by name: those of the meta information first.

    Raises:
        ValueError: If there is no task of one of the names.
    """
    metainfo = metainfo or {}
    tasks = build_tasks(metainfo['tasks']) if metainfo.get('tasks') else {}
    for name in tuple(names) or tuple(_KNOWN):
        if name not in tasks:
            tasks[name] = get_task(name)
    return {name: task.completed(metainfo) for name, task in tasks.items()}


def complete_tasks(
    tasks: Mapping[str, Task], metainfo: Mapping[str, Any] | None
) -> dict[str, Task]:
    """Fills in what tasks do not say themselves.

    Args:
        tasks: The tasks by name.
        metainfo: Meta information of a data set or a checkpoint, see :func:`tasks_in`.

    Returns:
        The tasks by name, in their order.
    """
    metainfo = metainfo or {}
    stored = build_tasks(metainfo['tasks']) if metainfo.get('tasks') else {}
    told = {
        name: stored[name] if name in stored and task == _KNOWN.get(name) else task
        for name, task in tasks.items()
    }
    return {name: task.completed(metainfo) for name, task in told.items()}


def _build_task(name: str, definition: Mapping[str, Any] | Task) -> Task:
    if isinstance(definition, Task):
        return definition
    if not isinstance(definition, Mapping) or 'type' not in definition:
        raise ValueError(
            f'tasks.{name}: expected a definition, dict(type=...), found {plain(definition)!r}.'
        )
    arguments = {key: value for key, value in definition.items() if key != 'type'}
    kind = definition['type']
    if isinstance(kind, str):
        found = TASK_UTILS.get(kind)
        if not (isinstance(found, type) and issubclass(found, Task)):
            raise ValueError(
                f'tasks.{name}.type: expected one of {", ".join(_kinds())}, found {kind!r}.'
            )
        kind = found
    try:
        return kind(name=name, **arguments)
    except TypeError as error:
        raise ValueError(f'tasks.{name}: {error}') from error


def _kinds() -> list[str]:
    return sorted(
        name
        for name, found in TASK_UTILS.module_dict.items()
        if isinstance(found, type) and issubclass(found, Task)
    )
