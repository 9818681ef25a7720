"""From names and configs to tasks."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from mmseg.registry import TASK_UTILS

from mmmtl.tasks.class_task import ClassTask
from mmmtl.tasks.direction_task import DirectionTask
from mmmtl.tasks.nearest import nearest
from mmmtl.tasks.scalar_task import ScalarTask
from mmmtl.tasks.task import Task, plain
from mmmtl.tasks.task_name import check_name

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


def forget_task(name: str) -> None:
    """Undoes :func:`register_task`, such as at the end of a test.

    Args:
        name: Name of the task.

    Raises:
        ValueError: If there is no such task, or it is one of the package.
    """
    task = get_task(name)
    if any(task is own for own in (SEG, DEPTH, NORMAL)):
        raise ValueError(f'Cannot forget the task {name!r}: the package itself knows it.')
    del _KNOWN[name]


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
        ValueError: If there is no such task, or no task can have that name.
    """
    check_name(name)
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
        ValueError: If there is none, a name or a definition is wrong, a name is given twice, or two
            tasks have one field.
    """
    if not isinstance(given, Iterable):
        raise ValueError(f'tasks: expected names or definitions by name, found {given!r}.')
    given = given if isinstance(given, (str, Mapping)) else list(given)
    if not given:
        raise ValueError('tasks: expected at least one task, found none.')
    if isinstance(given, Mapping):
        tasks = {name: _build_task(name, definition) for name, definition in given.items()}
    else:
        tasks = {name: get_task(name) for name in check_task_names(given)}
    check_fields(tasks.values())
    return tasks


def check_task_names(names: Iterable[str]) -> tuple[str, ...]:
    """Checks a list of names where only the names of tasks matter.

    Args:
        names: The names.

    Returns:
        The names.

    Raises:
        ValueError: If there is no name, one is given twice, or a single text is given.
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
            (:func:`task_definitions`); ``classes``, ``palette`` and ``depth_unit`` complete tasks
            that lack them (:meth:`Task.completed`), as in older checkpoints.
        names: Names of tasks, for what it does not tell of. Defaults to all known ones.

    Returns:
        The tasks by name, those of the meta information first.

    Raises:
        ValueError: If there is no task of one of the names, or a definition is wrong.
    """
    stored = _stored_tasks(metainfo)
    others = {name: get_task(name) for name in tuple(names) or tuple(_KNOWN) if name not in stored}
    return _completed(stored | others, metainfo)


def complete_tasks(
    tasks: Mapping[str, Task], metainfo: Mapping[str, Any] | None
) -> dict[str, Task]:
    """Fills in what tasks do not say themselves.

    Args:
        tasks: The tasks by name.
        metainfo: Meta information of a data set or a checkpoint, see :func:`tasks_in`. A task that
            is only known by its name becomes the one that is defined there.

    Returns:
        The tasks by name, in their order.

    Raises:
        ValueError: If a definition is wrong.
    """
    stored = _stored_tasks(metainfo)
    told = {
        name: stored.get(name, task) if task == _KNOWN.get(name) else task
        for name, task in tasks.items()
    }
    return _completed(told, metainfo)


def _stored_tasks(metainfo: Mapping[str, Any] | None) -> dict[str, Task]:
    definitions = (metainfo or {}).get('tasks')
    return build_tasks(definitions) if definitions else {}


def _completed(tasks: Mapping[str, Task], metainfo: Mapping[str, Any] | None) -> dict[str, Task]:
    return {name: task.completed(metainfo or {}) for name, task in tasks.items()}


def _build_task(name: str, definition: Mapping[str, Any] | Task) -> Task:
    if isinstance(definition, Task):
        if definition.name != name:
            raise ValueError(
                f'tasks.{name}: expected a task of that name, found one named {definition.name!r}.'
            )
        return definition
    if not isinstance(definition, Mapping) or 'type' not in definition:
        raise ValueError(
            f'tasks.{name}: expected a definition, dict(type=...), found {plain(definition)!r}.'
        )
    check_name(name)
    arguments = {key: value for key, value in definition.items() if key != 'type'}
    kind = _find_kind(name, definition['type'])
    fields = {part.name: part for part in dataclasses.fields(kind) if part.name != 'name'}
    for key in arguments:
        if key not in fields:
            raise ValueError(
                f'tasks.{name}: expected arguments of {kind.__name__}, {", ".join(fields)}, '
                f'found {key!r}{nearest(key, fields)}'
            )
    for key, part in fields.items():
        if key not in arguments and part.default is dataclasses.MISSING:
            raise ValueError(f'tasks.{name}: expected {key!r}, which {kind.__name__} needs.')
    return kind(name=name, **arguments)


def _find_kind(name: str, given: Any) -> type[Task]:
    found = _registered(given) if isinstance(given, str) else given
    if isinstance(found, type) and issubclass(found, Task) and not inspect.isabstract(found):
        return found
    kinds = sorted(
        key
        for key, one in TASK_UTILS.module_dict.items()
        if isinstance(one, type) and issubclass(one, Task)
    )
    raise ValueError(
        f'tasks.{name}.type: expected one of {", ".join(kinds)}, '
        f'found {given!r}{nearest(given, kinds)}'
    )


def _registered(name: str) -> Any:
    """Looks a kind up, under a name without a scope or in that of mmseg.

    ``TASK_UTILS.get`` would import whatever module a dotted name says, and definitions come from
    checkpoints and records as well.
    """
    scope, _, plain_name = name.rpartition('.')
    registry = TASK_UTILS if scope in ('', TASK_UTILS.scope) else None
    while registry is not None:
        if plain_name in registry.module_dict:
            return registry.module_dict[plain_name]
        registry = registry.parent
    return None
