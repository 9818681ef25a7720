"""Stand-ins for the few non-torch names in mmengine's checkpoints, and plain values out of them.

torch's restricted unpickler calls what the names of its list stand for with arguments from the
file. Plain numpy is too powerful for that: a ``dtype`` with crafted flags or fields, or ``scalar``
with a dtype of objects, makes C code take bytes of the file for pointers; ``getattr`` reaches
``HistoryBuffer.mean.__globals__``; ``HistoryBuffer.__setstate__`` overwrites functions of its
class. So the file gets to see stand-ins. They keep what they are given after checking it, and
:func:`to_plain` then makes the real arrays and buffers with numpy's and mmengine's public
interfaces.
"""

from __future__ import annotations

import math
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np
import torch
from mmengine.logging import HistoryBuffer

DTYPES = frozenset(['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'b1'])
"""Numpy's codes of the numbers that a checkpoint may hold: no objects, strings or records."""

STATISTICS = ('min', 'max', 'current', 'mean')
ANNEALINGS = ('_annealing_cos', '_annealing_linear')
_LONGEST_SHOWN = 80
_BYTE_ORDERS = ('<', '>', '=', '|')


class NotPlainDataError(ValueError):
    """A pickled value is something other than numbers, texts, tensors and containers of them."""


class PickledDtype:
    """Stands in for ``numpy.dtype``."""

    __hash__ = None  # type: ignore[assignment]  # to_plain replaces no keys and no items of sets

    def __init__(self, code: str, align: bool = False, copy: bool = False) -> None:
        if type(code) is not str or code not in DTYPES:
            raise NotPlainDataError(f'it holds numpy values of type {_shown(code)}')
        self.dtype = np.dtype(code)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Takes the byte order; a dtype of numbers has no other state."""
        order, *record = state[1:5]
        if order not in _BYTE_ORDERS or record != [None] * 3:
            raise NotPlainDataError('it holds a numpy dtype with fields')
        self.dtype = self.dtype.newbyteorder(order)


class PickledArray:
    """Stands in for ``numpy.ndarray``."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self) -> None:
        self.array = np.empty(0)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Takes shape, dtype, memory order and bytes, and checks that they agree."""
        _, shape, pickled, fortran, data = state
        if not _is_plain_shape(shape) or type(pickled) is not PickledDtype:
            raise NotPlainDataError('it holds a numpy array with a crafted shape or dtype')
        if type(data) is not bytes or len(data) != math.prod(shape) * pickled.dtype.itemsize:
            raise NotPlainDataError('it holds a numpy array that does not match its bytes')
        flat = np.frombuffer(data, pickled.dtype) if data else np.empty(0, pickled.dtype)
        self.array = flat.reshape(shape, order='F' if fortran else 'C').copy(order='K')


class PickledMethod:
    """Stands in for a known method of a known class; the function itself is never handed out."""

    def __init__(self, owner: type, name: str) -> None:
        known = _METHODS.get(owner, ()) if isinstance(owner, type) else ()
        if type(name) is not str or name not in known:
            shown = 'HistoryBuffer' if owner is PickledHistoryBuffer else _shown(owner)
            raise NotPlainDataError(f'it asks for getattr({shown}, {name!r})')
        self.owner, self.name = owner, name

    def __repr__(self) -> str:
        return f'{self.owner.__name__.removeprefix("Pickled")}.{self.name}'


class PickledOneCycle:
    """Stands in for mmengine's ``OneCycleParamScheduler``, only as the owner of its methods.

    mmengine writes the scheduler's annealing function into the checkpoint; :func:`to_plain` leaves
    it out, because the scheduler that loads the rest has it anyway.
    """

    def __new__(cls) -> PickledOneCycle:
        """Refuses: a checkpoint holds the state of schedulers, not schedulers."""
        raise NotPlainDataError('it holds a scheduler')


class PickledHistoryBuffer:
    """Stands in for mmengine's ``HistoryBuffer``."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Takes the recorded values; the functions must be those that the class has anyway."""
        if type(state) is not dict or not set(state) <= {
            'max_length',
            '_log_history',
            '_count_history',
            'statistics_methods',
        }:
            raise NotPlainDataError('it holds a HistoryBuffer with unknown attributes')
        self.state = dict(state)
        statistics = self.state.pop('statistics_methods', {})
        if type(statistics) is not dict or any(
            type(method) is not PickledMethod
            or method.owner is not PickledHistoryBuffer
            or method.name != name
            for name, method in statistics.items()
        ):
            raise NotPlainDataError('it holds a HistoryBuffer with functions of its own')

    def restore(self) -> HistoryBuffer:
        """Makes the real buffer."""
        logs, counts = self.state.get('_log_history'), self.state.get('_count_history')
        length = self.state.get('max_length')
        if (
            type(logs) is not PickledArray
            or type(counts) is not PickledArray
            or type(length) is not int
            or logs.array.ndim != 1
            or logs.array.shape != counts.array.shape
        ):
            raise NotPlainDataError('it holds a HistoryBuffer that is no record of numbers')
        return HistoryBuffer(logs.array, counts.array, length)


_METHODS: dict[type, tuple[str, ...]] = {
    PickledHistoryBuffer: STATISTICS,
    PickledOneCycle: ANNEALINGS,
}


def pickled_reconstruct(subtype: type, shape: Any, code: Any) -> PickledArray:  # noqa: ARG001
    """Stands in for ``numpy._core.multiarray._reconstruct``."""
    if subtype is not PickledArray:
        raise NotPlainDataError(f'it holds a numpy array of class {_shown(subtype)}')
    return PickledArray()


def pickled_scalar(pickled: PickledDtype, data: bytes) -> np.generic:
    """Stands in for ``numpy._core.multiarray.scalar``."""
    if (
        type(pickled) is not PickledDtype
        or type(data) is not bytes
        or len(data) != pickled.dtype.itemsize
    ):
        raise NotPlainDataError('it holds a crafted numpy number')
    number: np.generic = np.frombuffer(data, pickled.dtype)[0]
    return number


def empty_bytes() -> bytes:
    """Stands in for ``bytes``, which protocol 2 calls for the content of an empty array."""
    return b''


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f'{text[:_LONGEST_SHOWN]}...'


def _is_plain_shape(shape: Any) -> bool:
    return type(shape) is tuple and all(type(size) is int and size >= 0 for size in shape)


STAND_INS: dict[str, Any] = {
    'mmengine.logging.history_buffer.HistoryBuffer': PickledHistoryBuffer,
    'numpy.dtype': PickledDtype,
    'numpy.ndarray': PickledArray,
    # numpy 2, and numpy 1, whose files are still around
    'numpy._core.multiarray._reconstruct': pickled_reconstruct,
    'numpy.core.multiarray._reconstruct': pickled_reconstruct,
    'numpy._core.multiarray.scalar': pickled_scalar,
    'numpy.core.multiarray.scalar': pickled_scalar,
    'builtins.bytes': empty_bytes,
    'mmengine.optim.scheduler.param_scheduler.OneCycleParamScheduler': PickledOneCycle,
    # protocol 2 writes a method as getattr(class, name)
    'builtins.getattr': PickledMethod,
}
"""Names in a file beyond torch's own, and what they are answered with."""


def to_plain(value: Any) -> Any:
    """Replaces the stand-ins in a loaded checkpoint by the real values.

    Args:
        value: What the restricted unpickler made.

    Returns:
        The same dicts and lists, with arrays, numpy numbers and HistoryBuffers in them.

    Raises:
        NotPlainDataError: If a function or a class is among the values. Code that copies a
            checkpoint into an object's attributes (``_ParamScheduler.load_state_dict`` does) would
            install it.
    """
    return _Restorer().restore(value)


_NOT_DATA = (type, FunctionType, BuiltinFunctionType, MethodType, PickledMethod)


class _Restorer:
    """Walks through a checkpoint once, sharing and cycles included."""

    def __init__(self) -> None:
        self.done: dict[int, Any] = {}
        self.alive: list[Any] = []  # an id is only unique among objects that are alive

    def restore(self, value: Any) -> Any:
        if value is None or isinstance(value, (str, bytes, int, float)):
            return value
        if isinstance(value, _NOT_DATA):
            raise NotPlainDataError(f'it holds {_shown(value)} as a value')
        if id(value) not in self.done:
            self.alive.append(value)
            self.done[id(value)] = self._restore_once(value)
        return self.done[id(value)]

    def _restore_once(self, value: Any) -> Any:
        if isinstance(value, PickledDtype):
            return value.dtype
        if isinstance(value, PickledArray):
            return value.array
        if isinstance(value, PickledHistoryBuffer):
            return value.restore()
        if isinstance(value, tuple) and not isinstance(value, torch.Size):
            return tuple(self.restore(item) for item in value)
        self.done[id(value)] = value  # before its items: it may contain itself
        if isinstance(value, dict):
            self._restore_items(value)
        elif isinstance(value, list):
            value[:] = [self.restore(item) for item in value]
        elif isinstance(value, set):
            for item in value:
                self.restore(item)
        if attributes := getattr(value, '__dict__', None):  # of an OrderedDict, or of a tensor
            self._restore_items(attributes)
        return value

    def _restore_items(self, items: dict[Any, Any]) -> None:
        for key, item in list(items.items()):
            self.restore(key)
            if isinstance(item, PickledMethod) and item.owner is PickledOneCycle:
                del items[key]
            else:
                items[key] = self.restore(item)
