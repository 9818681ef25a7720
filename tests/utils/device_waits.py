"""Counts where the host waits for the device, with the meta device in the device's place.

A tensor on the meta device has no values. What a program reads of it must pass here, where it is
counted and answered by ones, or it raises: nothing is read unseen. Seen are

- *reads*: ``item()``, ``bool()``, ``float()``, ``int()``, ``tolist()``, ``cpu()``, ``to('cpu')``,
  copies into tensors of the host, ``torch.equal``, ``is_nonzero``, and all whose result has a size
  that depends on values: ``nonzero``, boolean masks as indices, ``masked_select``, ``unique``,
  ``bincount``, ``repeat_interleave`` with a tensor of repeats;
- *uploads* that wait for all that the device has to do: ``to(device)`` without ``non_blocking``,
  ``torch.tensor(..., device=...)``, ``new_tensor``, lists of numbers as indices, copies of tensors
  of the host into tensors of the device.

Not seen is what only a GPU's own library waits for: memory that must be freed first, checks inside
of ``torch.linalg``.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

aten = torch.ops.aten
_MAKES_TENSORS = (torch.tensor, torch.as_tensor, torch.asarray, Tensor.new_tensor)
_INDEXES = (Tensor.__getitem__, Tensor.__setitem__)


class Waits:
    """Where the host waited, most inner line outside of torch first."""

    def __init__(self) -> None:
        self.reads: Counter[str] = Counter()
        self.uploads: Counter[str] = Counter()

    def take(self) -> tuple[Counter[str], Counter[str]]:
        """Gives reads and uploads since the last time."""
        found = self.reads, self.uploads
        self.reads, self.uploads = Counter(), Counter()
        return found


@contextmanager
def counted_waits() -> Iterator[Waits]:
    """Counts the waits of what runs inside."""
    waits = Waits()
    with pretended_device(), _Functions(waits), _Operators(waits):
        yield waits


@contextmanager
def pretended_device() -> Iterator[None]:
    """Lets torch.autocast take the meta device for one that it knows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, 'autocast', _Autocast)
        yield


class _Autocast(torch.autocast):
    def __init__(self, device_type: str, *args: Any, **kwargs: Any) -> None:
        super().__init__('cpu' if device_type == 'meta' else device_type, *args, **kwargs)


def _is_on_device(value: Any) -> bool:
    return isinstance(value, Tensor) and value.is_meta


def _is_on_host(value: Any) -> bool:
    return isinstance(value, Tensor) and value.device.type == 'cpu'


def _is_mask(value: Any) -> bool:
    return _is_on_device(value) and value.dtype in (torch.bool, torch.uint8)


class _Functions(TorchFunctionMode):
    """Sees what Python hands to torch."""

    def __init__(self, waits: Waits) -> None:
        super().__init__()
        self.waits = waits

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        found = func(*args, **(kwargs or {}))
        if func in _MAKES_TENSORS:
            given = args[1] if func is Tensor.new_tensor else args[0]
            if _is_on_device(found) and not any(map(_is_on_device, tree_leaves(given))):
                self.waits.uploads[_place(func.__name__)] += 1
        if func in _INDEXES and _is_on_device(args[0]):
            index = args[1] if isinstance(args[1], tuple) else (args[1],)
            if any(isinstance(one, (list, tuple)) or _is_array(one) for one in index):
                self.waits.uploads[_place('index')] += 1
        return found


def _is_array(value: Any) -> bool:
    return (_is_on_host(value) and value.ndim > 0) or type(value).__name__ == 'ndarray'


class _Operators(TorchDispatchMode):
    """Sees what torch computes."""

    def __init__(self, waits: Waits) -> None:
        super().__init__()
        self.waits = waits

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        first = args[0] if args else None
        if func is aten._local_scalar_dense.default and _is_on_device(first):
            self._read(func)
            return torch.ones((), dtype=first.dtype).item()
        if func in (aten.is_nonzero.default, aten.equal.default) and _is_on_device(first):
            self._read(func)
            return True
        if func is aten.bincount.default and _is_on_device(first):
            self._read(func)
            return first.new_empty(args[2] if len(args) > 2 else 1)
        if func is aten._to_copy.default:
            return self._to(func, args, kwargs)
        if func is aten.copy_.default:
            return self._copy(func, args, kwargs)
        if func in (aten.nonzero.default, aten.masked_select.default) and _is_on_device(first):
            self._read(func)
            if func is aten.nonzero.default:
                return torch.empty(first.numel(), first.ndim, dtype=torch.int64, device='meta')
            return first.new_empty(first.numel())
        if func in (aten.index.Tensor, aten.index_put_.default, aten.index_put.default):
            if any(map(_is_mask, args[1])):
                self._read(func)
                args = (first, [n for one in args[1] for n in _as_numbers(one)], *args[2:])
            return func(*args, **kwargs)
        if func.overloadpacket in (
            aten._unique2, aten.unique_dim, aten.unique_consecutive,
            aten.repeat_interleave,
        ) and _is_on_device(first):  # fmt: skip
            self._read(func)
        return func(*args, **kwargs)

    def _read(self, func: Any) -> None:
        self.waits.reads[_place(str(func))] += 1

    def _to(self, func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        source, target = args[0], kwargs.get('device')
        if target is None or torch.device(target).type == source.device.type:
            return func(*args, **kwargs)
        if _is_on_device(source):
            self._read(func)
            return torch.ones(source.shape, dtype=kwargs.get('dtype') or source.dtype)
        if not kwargs.get('non_blocking'):
            self.waits.uploads[_place(str(func))] += 1
        return func(*args, **kwargs)

    def _copy(self, func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        target, source = args[:2]
        if _is_on_host(target) and _is_on_device(source):
            self._read(func)
            return target.fill_(1)
        waits = not (args[2] if len(args) > 2 else kwargs.get('non_blocking'))
        if _is_on_device(target) and _is_on_host(source) and waits:
            self.waits.uploads[_place(str(func))] += 1
        return func(*args, **kwargs)


def _as_numbers(index: Any) -> list[Any]:
    """A mask as numbers, as many as it can choose at most, for each of its dimensions."""
    if not _is_mask(index):
        return [index]
    return [torch.empty(index.numel(), dtype=torch.int64, device='meta')] * index.ndim


def _place(what: str) -> str:
    """The line outside of torch and of this file that waits."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if '/torch/' not in file and file != __file__:
            return f'{"/".join(file.split("/")[-3:])}:{frame.f_lineno} {what}'
        frame = frame.f_back
    return what
