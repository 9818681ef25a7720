"""Lets the numbers of a training step wait on the device until somebody reads them.

mmengine 0.10.7 takes every number that a step logs from the device at once, one by one, and the
norm of the gradients that are clipped: in each step the host waits a dozen times for the device,
though the numbers are looked at every fifty steps. Here they are kept as they are, and all that are
kept come to the host in one copy when a number is read: by the log, by a checkpoint, or by anybody
who asks the message hub. What is read is the same to the last bit.
"""

from __future__ import annotations

import itertools
from collections import OrderedDict
from typing import Any

import torch
from mmengine.logging import HistoryBuffer, MessageHub
from mmengine.optim import OptimWrapper
from torch import Tensor

_KEPT = '_kept_scalars'
_MOST = 1_000
"""Numbers of a key that are kept at most; each takes 512 bytes of a GPU's memory."""

_Kept = dict[str, list[tuple[Tensor, int]]]
"""Numbers and their counts, by key."""

_state_dict = MessageHub.state_dict
_load_state_dict = MessageHub.load_state_dict
_update_scalar = MessageHub.update_scalar
_get_scalar = MessageHub.get_scalar


def patch_late_scalars() -> None:
    """Makes the message hub and the clipping of gradients keep numbers on the device."""
    MessageHub.update_scalar = _keep_scalar
    MessageHub.get_scalar = _read_scalar
    MessageHub.log_scalars = property(_read_scalars)
    MessageHub.state_dict = _read_state_dict
    MessageHub.load_state_dict = _forget_and_load
    OptimWrapper._clip_grad = _clip_grad


def _keep_scalar(
    hub: MessageHub, key: str, value: Any, count: int = 1, resumed: bool = True
) -> None:
    """``MessageHub.update_scalar``, which keeps tensors."""
    kept: _Kept = hub.__dict__.setdefault(_KEPT, {})
    if not isinstance(value, Tensor) or value.numel() != 1 or not isinstance(count, int):
        if key in kept:
            _take(hub)  # a key's numbers stay in their order
        _update_scalar(hub, key, value, count, resumed)
        return
    hub._set_resumed_keys(key, resumed)
    hub._log_scalars.setdefault(key, HistoryBuffer([], []))  # keys stay in their order, too
    # a copy: what was handed over may be written to before it is read
    kept.setdefault(key, []).append((value.detach().clone(), count))
    if len(kept[key]) >= _MOST:
        _take(hub)


def _take(hub: MessageHub) -> None:
    """Brings what is kept to the host, in one copy for each type of numbers and device."""
    kept, hub.__dict__[_KEPT] = hub.__dict__.get(_KEPT, {}), {}
    groups: dict[tuple, list[Tensor]] = {}
    for value, _ in itertools.chain.from_iterable(kept.values()):
        groups.setdefault((value.dtype, value.device), []).append(value.reshape(()))
    numbers = {group: iter(torch.stack(values).tolist()) for group, values in groups.items()}
    for key, given in kept.items():
        for value, count in given:
            number = next(numbers[value.dtype, value.device])
            if len(hub._log_scalars[key].data[0]):
                hub._log_scalars[key].update(number, count)
            else:
                hub._log_scalars[key] = HistoryBuffer([number], [count])


def _read_scalar(hub: MessageHub, key: str) -> HistoryBuffer:
    """``MessageHub.get_scalar``; what nobody asks for stays where it is."""
    if key in hub.__dict__.get(_KEPT, {}):
        _take(hub)
    if key in hub._log_scalars:
        return hub._log_scalars[key]
    return _get_scalar(hub, key)


def _read_scalars(hub: MessageHub) -> OrderedDict:
    """``MessageHub.log_scalars``."""
    _take(hub)
    return hub._log_scalars


def _read_state_dict(hub: MessageHub) -> dict:
    """``MessageHub.state_dict``."""
    _take(hub)
    return _state_dict(hub)


def _forget_and_load(hub: MessageHub, state_dict: MessageHub | dict) -> None:
    """``MessageHub.load_state_dict``."""
    _take(hub)
    if isinstance(state_dict, MessageHub):
        _take(state_dict)
    _load_state_dict(hub, state_dict)


def _clip_grad(wrapper: OptimWrapper) -> None:
    """``OptimWrapper._clip_grad`` of mmengine 0.10.7, whose ``float(grad)`` is left out."""
    groups = wrapper.optimizer.param_groups
    parameters = [p for group in groups for p in group['params']]
    parameters = [p for p in parameters if p.requires_grad and p.grad is not None]
    if parameters:
        norm = wrapper.clip_func(parameters, **wrapper.clip_grad_kwargs)
        if norm is not None:  # clip_grad_value_ gives none
            wrapper.message_hub.update_scalar(f'train/{wrapper.grad_name}', norm)
