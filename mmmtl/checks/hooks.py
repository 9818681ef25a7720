"""The hooks of a config."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from mmengine.hooks import CheckpointHook, Hook
from mmengine.runner import Priority, get_priority
from mmseg.registry import HOOKS

from mmmtl.checks.places import each
from mmmtl.checks.problems import Problems
from mmmtl.checks.sections import loop_type
from mmmtl.engine.best_checkpoint import fill_rule
from mmmtl.engine.hooks import DurableCheckpointHook, LossWeightingHook
from mmmtl.tasks.nearest import nearest

_DEFAULTS = (
    'runtime_info',
    'timer',
    'sampler_seed',
    'logger',
    'param_scheduler',
    'checkpoint',
)


def build_hooks(cfg: Mapping[str, Any], unknown: set[str], problems: Problems) -> list[Hook]:
    """Builds the hooks.

    Args:
        cfg: The config.
        unknown: Places of parts whose type is unknown.
        problems: Gets the problems.

    Returns:
        Those that can be built without a Runner around them.
    """
    given = cfg.get('default_hooks') or {}
    if not isinstance(given, Mapping):
        problems.add('default_hooks', f'expected hooks by name, found {given!r}.')
        given = {}
    placed = [(f'default_hooks.{name}', hook) for name, hook in given.items()]
    placed += list(each(cfg.get('custom_hooks'), 'custom_hooks'))
    hooks = []
    for where, config in placed:
        if isinstance(config, Hook):
            hooks.append(config)
        elif config is not None and where not in unknown:
            hooks += _build(config, where, problems)
    return hooks


def check_weighting_hook(weighting: Any, hooks: list[Hook], loop: Any, problems: Problems) -> None:
    """Checks that a loss weighting that looks at steps or epochs is told of them.

    Args:
        weighting: The loss weighting.
        hooks: The hooks.
        loop: Config of the training's loop.
        problems: Gets the problems.
    """
    if not (weighting.needs_epochs or weighting.needs_new_losses):
        return
    drivers = [hook for hook in hooks if isinstance(hook, LossWeightingHook)]
    if not drivers:
        title = type(weighting).__name__
        problems.add(
            'custom_hooks', f"expected dict(type='LossWeightingHook'), which {title} needs."
        )
        return
    built = loop_type(loop, 'train') if isinstance(loop, Mapping) else None
    if isinstance(built, type):
        with problems.catch('custom_hooks'):
            drivers[0].check_loop(weighting, built)


def _check_priority(priority: Any) -> None:
    try:
        get_priority(priority)
    except (KeyError, TypeError, ValueError) as error:
        names = ', '.join(one.name for one in Priority)
        raise ValueError(
            f'priority: expected one of {names}, or 0 to 100, found {priority!r}.'
        ) from error


def _build(config: Any, where: str, problems: Problems) -> list[Hook]:
    if not isinstance(config, Mapping) or 'type' not in config:
        name = where.partition('.')[2]
        if isinstance(config, Mapping) and where.startswith('default_hooks'):
            text = f'dict(type=...) is needed, found no type{nearest(name, _DEFAULTS)}'
        else:
            text = f'expected dict(type=...), found {config!r}.'
        problems.add(where, text)
        return []
    config = dict(config)
    if config.get('save_best') and config.get('rule') is None:
        # Of a metric that is not measured no direction is known either; the first is said later.
        config['rule'] = fill_rule(config) or 'greater'
    priority = config.pop('priority', None)
    hooks: list[Hook] = []
    with problems.catch(where):
        if priority is not None:
            _check_priority(priority)
        # A RuntimeError asks for what only a Runner has, such as the visualizer.
        with suppress(RuntimeError):
            hook = HOOKS.build(config)
            _check_interval(hook)
            hooks.append(hook)
    return hooks


def _check_interval(hook: Any) -> None:
    takes_numbers = isinstance(hook, CheckpointHook) and not isinstance(hook, DurableCheckpointHook)
    if takes_numbers and isinstance(hook.interval, str):
        raise ValueError(
            f'interval: expected a number, found {hook.interval!r}; '
            "type='DurableCheckpointHook' takes a time."
        )
