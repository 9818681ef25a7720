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


class _ShapesOnly(TorchFunctionMode):
    """Leaves out what keeps a shape or states the new one, which torch decomposes slowly on meta."""

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
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
