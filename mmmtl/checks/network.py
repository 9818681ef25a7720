"""The network of a config, built without memory for its weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mmseg.registry import MODELS
from torch import nn

from mmmtl.checks.meta import weights_on_meta, without_weight_files
from mmmtl.checks.problems import Problems
from mmmtl.models.segmentors import MultiTaskSegmentor
from mmmtl.models.segmentors.inference import checked_test_cfg
from mmmtl.models.segmentors.named_parts import build_named
from mmmtl.models.segmentors.task_parts import (
    build_auxiliary_heads,
    build_head,
    build_loss_weighting,
    build_part,
    tasks_of_heads,
)
from mmmtl.tasks import Task


@dataclass
class Network:
    """The parts of a network that could be built.

    Args:
        model: The whole; None if a part is wrong.
        tasks: Its tasks by name; empty where the model knows none.
        backbone: The backbone.
        neck: The neck, None if there is none.
        heads: The main heads by task.
        auxiliary: Auxiliary heads by their place in the config of the model.
        loss_weighting: The loss weighting.
        whole: Whether no mistake kept the backbone or the neck from being built.
    """

    model: nn.Module | None = None
    tasks: Mapping[str, Task] = field(default_factory=dict)
    backbone: nn.Module | None = None
    neck: nn.Module | None = None
    heads: dict[str, Any] = field(default_factory=dict)
    auxiliary: dict[str, Any] = field(default_factory=dict)
    loss_weighting: nn.Module | None = None
    whole: bool = False


def build_network(config: Any, problems: Problems, where: str = 'model') -> Network:
    """Builds a model on the meta device; where it cannot be, each of its parts.

    Args:
        config: Config of the model; a wrapper such as test-time augmentation is opened.
        problems: Gets the problems.
        where: Place of the config.

    Returns:
        What could be built.
    """
    if not isinstance(config, Mapping) or 'type' not in config:
        found = 'without a type' if isinstance(config, Mapping) else repr(config)
        problems.add(where, f'expected dict(type=...), the config of a network, found {found}.')
        return Network()
    if isinstance(config.get('module'), Mapping):
        return build_network(config['module'], problems, f'{where}.module')
    config = without_weight_files(dict(config))
    kind = config['type']
    built = MODELS.get(kind) if isinstance(kind, str) else kind
    with weights_on_meta():
        if isinstance(built, type) and issubclass(built, MultiTaskSegmentor):
            return _multi_task(config, problems, where)
        network = Network()
        with problems.catch(where):
            network.model = MODELS.build(config)
        return network


def _multi_task(config: dict[str, Any], problems: Problems, where: str) -> Network:
    attempt = Problems()
    with attempt.catch(where, '.'):
        model = MODELS.build(config)
        auxiliary = dict(getattr(model, 'auxiliary_head', {}).items())
        return Network(
            model=model.to('meta'),
            tasks=model.tasks,
            backbone=model.backbone,
            neck=model.neck if model.with_neck else None,
            heads=dict(model.decode_head.items()),
            auxiliary={
                f'auxiliary_head.{name}.{number}': head
                for name, heads in auxiliary.items()
                for number, head in enumerate(heads)
            },
            loss_weighting=model.loss_weighting,
            whole=True,
        )
    found = Problems()
    network = _parts(config, found, where)
    said = found if found.lines() else attempt
    problems.take(said)
    return network


def _parts(config: dict[str, Any], problems: Problems, where: str) -> Network:
    """Builds one part after the other, so that each tells what is wrong with it."""
    network = Network()

    def attempt(build: Callable[..., Any], *arguments: Any) -> Any:
        with problems.catch(where, '.'):
            return build(*arguments)
        return None

    if isinstance(config.get('data_preprocessor'), Mapping):
        attempt(build_named, config['data_preprocessor'], 'data_preprocessor')
    attempt(checked_test_cfg, config.get('test_cfg'))
    for key in ('backbone', 'decode_head'):
        if key not in config:
            problems.add(f'{where}.{key}', 'is missing; every network needs one.')
    heads = config.get('decode_head')
    tasks = attempt(tasks_of_heads, heads, config.get('tasks')) if heads is not None else None
    if not tasks:
        return network
    network.tasks = tasks
    if 'backbone' in config:
        network.backbone = attempt(build_part, config['backbone'], tasks, 'backbone')
    network.whole = network.backbone is not None
    if config.get('neck') is not None:
        network.neck = attempt(build_part, config['neck'], tasks, 'neck', config['decode_head'])
        network.whole = network.whole and network.neck is not None
    for name, task in tasks.items():
        head = attempt(build_head, config['decode_head'][name], task, f'decode_head.{name}')
        if head is not None:
            network.heads[name] = head
    if config.get('auxiliary_head'):
        attempt(build_auxiliary_heads, config['auxiliary_head'], tasks)
    network.loss_weighting = attempt(build_loss_weighting, config.get('loss_weighting'), tasks)
    for part in (network.backbone, network.neck, *network.heads.values()):
        if part is not None:
            part.to('meta')
    return network
