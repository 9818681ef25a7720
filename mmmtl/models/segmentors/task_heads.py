"""Heads that fit their tasks."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.model import ModuleDict, ModuleList
from mmseg.registry import MODELS

from mmmtl.tasks import IGNORED, Task, Tasks, build_tasks

_BOUNDARY_HEADS = ('STDCHead',)
"""Heads of mmseg whose classes are boundary and none, whatever the label's are."""


def tasks_of_heads(decode_head: Mapping[str, dict], tasks: Tasks | None) -> dict[str, Task]:
    """Gives the tasks that have a head, in the order of the heads.

    Args:
        decode_head: Config of the head of each task.
        tasks: Definitions of the tasks; None if the heads' names are those of known tasks.

    Returns:
        The tasks by name.

    Raises:
        ValueError: If the configs are not by task, or a task is unknown.
    """
    if 'type' in decode_head:
        raise ValueError(
            'decode_head: expected a head for each task, dict(seg=dict(type=...), ...), '
            f'found a single head of type {decode_head["type"]!r}. '
            'In a config that inherits one, add _delete_=True to the new dict.'
        )
    if tasks is None:
        return build_tasks(tuple(decode_head))
    defined = build_tasks(tasks)
    unknown = [name for name in decode_head if name not in defined]
    if unknown:
        raise ValueError(
            f'decode_head: expected heads of the tasks {list(defined)}, found {unknown} too.'
        )
    return build_tasks({name: defined[name] for name in decode_head})


def build_heads(decode_head: Mapping[str, dict], tasks: Mapping[str, Task]) -> ModuleDict:
    """Builds the main heads.

    Args:
        decode_head: Config of the head of each task.
        tasks: The tasks by name.

    Returns:
        The head of each task.

    Raises:
        ValueError: If a head does not fit its task.
    """
    return ModuleDict(
        {
            name: build_head(decode_head[name], task, f'decode_head.{name}')
            for name, task in tasks.items()
        }
    )


def build_auxiliary_heads(
    configs: Mapping[str, dict | Sequence[dict]], tasks: Mapping[str, Task]
) -> ModuleDict:
    """Builds the auxiliary heads.

    Args:
        configs: Config, or list of configs, of the heads of some tasks.
        tasks: The tasks by name.

    Returns:
        The heads of each of these tasks.

    Raises:
        ValueError: If a task has no main head, or a head does not fit its task.
    """
    unknown = set(configs) - set(tasks)
    if unknown:
        raise ValueError(
            f'auxiliary_head: expected tasks among {list(tasks)}, found {sorted(unknown)}.'
        )
    return ModuleDict(
        {
            name: ModuleList(
                build_head(head, tasks[name], f'auxiliary_head.{name}')
                for head in ([given] if isinstance(given, Mapping) else given)
            )
            for name, given in configs.items()
        }
    )


def build_head(config: Mapping[str, Any], task: Task, where: str) -> Any:
    """Builds a decode head, which is told what its task says and the config does not.

    Args:
        config: Config of the head.
        task: The task.
        where: Place of the config, for messages.

    Returns:
        The head.

    Raises:
        ValueError: If the head does not fit the task.
    """
    kind = config.get('type')
    head_type = MODELS.get(kind) if isinstance(kind, str) else kind
    if head_type is None:
        raise ValueError(f'{where}.type: expected the type of a decode head, found {kind!r}.')
    told = {} if head_type.__name__ in _BOUNDARY_HEADS else _accepted(head_type, task)
    try:
        head = MODELS.build({**told, **config})
    except ValueError as error:
        raise ValueError(f'{where}: {error}') from error
    _check_head(head, task, where)
    return head


def _accepted(head_type: type, task: Task) -> dict[str, Any]:
    """Chooses the arguments that a head takes by their names."""
    parameters = inspect.signature(head_type).parameters
    takes_all = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    return {k: v for k, v in task.head_arguments.items() if takes_all or k in parameters}


def _check_head(head: Any, task: Task, where: str) -> None:
    name = type(head).__name__
    if not task.holds_ids or name in _BOUNDARY_HEADS:
        return
    expected = task.head_arguments.get('num_classes')
    found = getattr(head, 'num_classes', None)
    if None not in (expected, found) and found != expected:
        raise ValueError(
            f'{where}.num_classes: expected {expected}, the classes of {task.name!r}, '
            f'found {found}; leave it out.'
        )
    ignored = getattr(head, 'ignore_index', IGNORED)
    if ignored != IGNORED:
        raise ValueError(
            f'{where}.ignore_index: expected {IGNORED}, the id of pixels without a label, '
            f'found {ignored}.'
        )
