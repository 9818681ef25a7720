"""Whether optimizer and schedules can be built, and end with the training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from mmengine.optim.scheduler.param_scheduler import INF, OneCycleParamScheduler
from mmengine.runner import IterBasedTrainLoop
from mmseg.registry import OPTIMIZERS, PARAM_SCHEDULERS
from torch.optim import SGD

from mmmtl.checks.places import each
from mmmtl.checks.problems import Problems
from mmmtl.checks.sections import loop_type

_EPOCH_LENGTH = 100
"""Iterations of an epoch where a schedule counts epochs and changes between them; any will do."""


def check_schedule(cfg: Mapping[str, Any], unknown: set[str], problems: Problems) -> None:
    """Builds optimizer and schedules for one parameter.

    Args:
        cfg: The config.
        unknown: Places of parts whose type is unknown.
        problems: Gets the problems.
    """
    wrapper = cfg.get('optim_wrapper')
    if not isinstance(wrapper, Mapping):
        if wrapper is not None:
            problems.add('optim_wrapper', f'expected a dict, found {wrapper!r}.')
        return
    if 'constructor' in wrapper or 'optimizer' not in wrapper:
        if not _holds_several(wrapper) and 'constructor' not in wrapper:
            problems.add('optim_wrapper.optimizer', 'is missing.')
        return
    where = 'optim_wrapper.optimizer'
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer: Any = None
    if where not in unknown and not _has_text_for_number(wrapper['optimizer'], where, problems):
        with problems.catch(where):
            optimizer = OPTIMIZERS.build({**wrapper['optimizer'], 'params': [parameter]})
    optimizer = optimizer or SGD([parameter], lr=1.0)
    for place, scheduler in each(cfg.get('param_scheduler'), 'param_scheduler'):
        if place in unknown or not isinstance(scheduler, Mapping):
            continue
        if _has_text_for_number(scheduler, place, problems):
            continue
        with problems.catch(place):
            built = PARAM_SCHEDULERS.build(
                dict(scheduler),
                default_args=dict(optimizer=optimizer, epoch_length=_EPOCH_LENGTH),
            )
            if isinstance(built, OneCycleParamScheduler):
                _check_one_cycle(scheduler, cfg.get('train_cfg'), place, problems)


def _holds_several(wrapper: Mapping[str, Any]) -> bool:
    """Tells whether there are optimizers by name, which a constructor of one's own builds."""
    return any(isinstance(part, Mapping) and 'optimizer' in part for part in wrapper.values())


def _has_text_for_number(part: Any, where: str, problems: Problems) -> bool:
    """Names numbers that are texts, as YAML and JSON files may have them."""
    texts = {key: value for key, value in part.items() if isinstance(value, str) and key != 'type'}
    found = {key: value for key, value in texts.items() if key == 'lr' or _is_number(value)}
    for key, value in found.items():
        problems.add(
            f'{where}.{key}',
            f'expected a number, found the text {value!r}; YAML takes 1e-3 for a text, 1.0e-3 for '
            'a number.',
        )
    return bool(found)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and value > 0


def _check_one_cycle(
    scheduler: Mapping[str, Any], loop: Any, where: str, problems: Problems
) -> None:
    """Compares the length of a cycle with that of the training, where both count the same."""
    total = scheduler.get('total_steps')
    if not isinstance(loop, Mapping) or not isinstance(total, int):
        return
    built = loop_type(loop, 'train')
    by_iter = isinstance(built, type) and issubclass(built, IterBasedTrainLoop)
    unit = 'max_iters' if by_iter else 'max_epochs'
    if by_iter == scheduler.get('by_epoch', True) or not _is_count(loop.get(unit)):
        return
    end = min(scheduler.get('end', INF), loop[unit])
    expected = end - scheduler.get('begin', 0)
    if total != expected:
        problems.add(
            f'{where}.total_steps',
            f'expected {expected}, as long as the schedule lasts in a training with '
            f'train_cfg.{unit}={loop[unit]}, found {total}.',
        )
