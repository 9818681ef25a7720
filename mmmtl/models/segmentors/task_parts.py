"""Parts of a network that fit its tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mmengine.model import ModuleDict, ModuleList
from mmseg.registry import MODELS
from torch import nn

from mmmtl.models.loss_weighting import BaseLossWeighting
from mmmtl.models.segmentors.head_fits import (
    check_head,
    check_head_type,
    check_reads_outputs,
    predicted_channels,
    with_told,
)
from mmmtl.models.segmentors.named_parts import build_named, named_arguments, type_of
from mmmtl.tasks import Task, Tasks, build_tasks


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
    if not isinstance(decode_head, Mapping) or not decode_head:
        raise ValueError(
            'decode_head: expected a head for each task, dict(seg=dict(type=...), ...), '
            f'found {decode_head!r}.'
        )
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


def build_heads(
    decode_head: Mapping[str, dict],
    tasks: Mapping[str, Task],
    backbone: nn.Module | None = None,
) -> ModuleDict:
    """Builds the main heads.

    Args:
        decode_head: Config of the head of each task.
        tasks: The tasks by name.
        backbone: The backbone whose outputs the heads read. Defaults to None: they read a neck's.

    Returns:
        The head of each task.

    Raises:
        ValueError: If a head does not fit its task, or what the backbone gives.
    """
    heads = ModuleDict()
    for name, task in tasks.items():
        heads[name] = build_head(decode_head[name], task, f'decode_head.{name}')
        check_reads_outputs(heads[name], backbone, f'decode_head.{name}')
    return heads


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
        ValueError: If the configs are not by task, a task has no main head, or a head does not fit
            its task.
    """
    if not isinstance(configs, Mapping):
        raise ValueError(
            'auxiliary_head: expected heads by task, dict(seg=dict(type=...)), or lists of them, '
            f'found {configs!r}.'
        )
    unknown = set(configs) - set(tasks)
    if unknown:
        raise ValueError(
            f'auxiliary_head: expected tasks among {list(tasks)}, found {sorted(unknown)}.'
        )
    return ModuleDict(
        {
            name: ModuleList(
                build_head(head, tasks[name], where)
                for where, head in _each(configs[name], f'auxiliary_head.{name}')
            )
            for name in configs
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
        ValueError: If the head does not fit the task, or its config is wrong.
    """
    check_head_type(type_of(config, where), task, where)
    head = build_named(with_told(config, task, where), where)
    check_head(head, task, where)
    return head


def build_part(
    config: Mapping[str, Any],
    tasks: Mapping[str, Task],
    where: str,
    decode_head: Mapping[str, dict] | None = None,
) -> Any:
    """Builds a backbone or a neck, which is told what it asks for of the tasks and their heads.

    Args:
        config: Config of the part; ``tasks`` and ``prediction_channels`` need not be said.
        tasks: The tasks by name.
        where: Place of the config, for messages.
        decode_head: Config of the head of each task, for parts that predict themselves. Defaults
            to none.

    Returns:
        The part.

    Raises:
        ValueError: If there is no such type, its config is wrong, or the part has other tasks.
    """
    part_type = type_of(config, where)
    told = named_arguments(part_type, {'tasks': list(tasks)})
    if decode_head and named_arguments(part_type, {'prediction_channels': None}):
        told['prediction_channels'] = {
            name: predicted_channels(decode_head[name], task, f'decode_head.{name}')
            for name, task in tasks.items()
        }
    part = build_named({**told, **config}, where)
    check_same_tasks(where, tasks, getattr(part, 'tasks', tasks))
    return part


def build_loss_weighting(
    config: Mapping[str, Any] | None, tasks: Mapping[str, Task]
) -> BaseLossWeighting:
    """Builds the loss weighting.

    Args:
        config: Its config without ``tasks``; without a type, or None, for equal weights.
        tasks: The tasks by name.

    Returns:
        The loss weighting.

    Raises:
        ValueError: If there is no such loss weighting, or its config is wrong.
    """
    if config is not None and not isinstance(config, Mapping):
        raise ValueError(
            f"loss_weighting: expected dict(type='EqualWeighting') or another, found {config!r}."
        )
    told = {'type': 'EqualWeighting', **(config or {}), 'tasks': tasks}
    kind = told['type']
    found = MODELS.get(kind) if isinstance(kind, str) else kind
    if not (isinstance(found, type) and issubclass(found, BaseLossWeighting)):
        names = ', '.join(loss_weighting_names())
        raise ValueError(f'loss_weighting.type: expected one of {names}, found {kind!r}.')
    return build_named(told, 'loss_weighting')


def with_pretrained(backbone: Mapping[str, Any], pretrained: str | None) -> Mapping[str, Any]:
    """Hands the segmentor's ``pretrained`` on to the backbone, as mmseg does.

    Args:
        backbone: Config of the backbone.
        pretrained: File of its weights; None for none.

    Returns:
        The config with it.

    Raises:
        ValueError: If the backbone names weights, too.
    """
    if pretrained is None:
        return backbone
    if backbone.get('pretrained') is not None:
        raise ValueError('pretrained: both the backbone and the segmentor name weights.')
    return {**backbone, 'pretrained': pretrained}


def check_same_tasks(part: str, tasks: Iterable[str], found: Iterable[str]) -> None:
    """Checks that a part has features or layers for the tasks that have a head.

    Args:
        part: What it is, for the message.
        tasks: Names of the tasks.
        found: Names of the tasks of the part.

    Raises:
        ValueError: If they are others.
    """
    if set(found) != set(tasks):
        raise ValueError(
            f'{part}: expected the tasks of decode_head, {list(tasks)}, '
            f'found {list(found)}; a task needs a head, and a head needs its task.'
        )


def _each(
    given: Mapping[str, Any] | Sequence[Mapping[str, Any]], where: str
) -> list[tuple[str, Mapping[str, Any]]]:
    """Gives one config or several with their places."""
    if isinstance(given, Mapping):
        return [(where, given)]
    return [(f'{where}.{index}', config) for index, config in enumerate(given)]


def loss_weighting_names() -> list[str]:
    """Lists the loss weightings there are.

    Returns:
        Their names in the registry, sorted.
    """
    return sorted(
        name
        for name, part in MODELS.module_dict.items()
        if isinstance(part, type) and issubclass(part, BaseLossWeighting)
    )
