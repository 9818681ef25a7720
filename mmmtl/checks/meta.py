"""Builds networks whose weights have a shape and no numbers."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode


class _EmptyOnMeta(TorchFunctionMode):
    """Makes what is to be filled with random numbers later on the meta device.

    Small tables that a constructor computes, and reads numbers of, stay where they are.
    """

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if func is torch.empty:
            kwargs['device'] = 'meta'
        return func(*args, **kwargs)


class ChannelMismatch(RuntimeError):
    """A layer got another number of channels than it has weights for.

    Args:
        weights: The number that its weights are for.
        given: The number that it got.
    """

    def __init__(self, weights: int, given: int) -> None:
        super().__init__(f'takes {weights} channels, got {given}')
        self.weights = weights
        self.given = given


class _ShapesOnly(TorchFunctionMode):
    """Compares channels, and leaves out what torch decomposes slowly on the meta device."""

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if func is F.conv2d:
            groups = args[6] if len(args) > 6 else kwargs.get('groups', 1)
            _compare(args[1].shape[1] * groups, args[0].shape[1])
        if func is F.linear:
            _compare(args[1].shape[1], args[0].shape[-1])
        if func is F.batch_norm:
            return args[0]
        if func is F.interpolate and args:
            size = args[1] if len(args) > 1 else kwargs.get('size')
            if isinstance(size, (tuple, list, torch.Size)):
                return args[0].new_empty(*args[0].shape[:2], *size)
        return func(*args, **kwargs)


@contextmanager
def shapes_only() -> Iterator[None]:
    """Lets networks on the meta device compute the shapes of their outputs quickly.

    Yields:
        Nothing.

    Raises:
        ChannelMismatch: If a layer inside gets another number of channels than it takes.
    """
    with torch.no_grad(), _ShapesOnly():
        yield


@contextmanager
def weights_on_meta() -> Iterator[None]:
    """Gives the layers that are made inside no memory, and leaves out their initialisation.

    Yields:
        Nothing.
    """
    with _EmptyOnMeta():
        yield


def _compare(weights: int, given: int) -> None:
    if weights != given:
        raise ChannelMismatch(weights, given)


def without_weight_files(config: Any) -> Any:
    """Gives a copy of a model's config that names no files of weights.

    Args:
        config: The config, or a part of it.

    Returns:
        The copy, without ``pretrained`` and ``init_cfg=dict(type='Pretrained', ...)``.
    """
    config = copy.deepcopy(config)
    _drop(config)
    return config


def _drop(node: Any) -> None:
    if isinstance(node, dict):
        given = node.get('init_cfg')
        if isinstance(given, Mapping) and given.get('type') == 'Pretrained':
            del node['init_cfg']
        node.pop('pretrained', None)
        node = list(node.values())
    if isinstance(node, (list, tuple)):
        for value in node:
            _drop(value)
