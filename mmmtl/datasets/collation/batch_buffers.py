"""Memory through which a worker sends its batches, and which it uses again.

torch makes memory for every tensor that a worker sends, which the main process maps and gives back:
the kernel clears each page of it, and each tensor takes a connection. That costs more than reading
and augmenting a sample from a cache.

Here a worker owns a few buffers that both processes have mapped. A batch lies in one of them. The
first byte of a buffer tells that it is in use: the worker sets it, and the main process clears it
when the last tensor of the batch has gone.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import pickle
import weakref
from math import prod
from typing import Any

import numpy as np
import torch
from torch import Tensor

_ALIGNMENT = 64
_PAGE = 1 << 16


class BatchBuffers:
    """The buffers of one worker."""

    def __init__(self) -> None:
        self._buffers: list[_Buffer] = []

    def send(self, batch: Any) -> SentBatch:
        """Puts the tensors of a batch into a buffer that is free, or a new one.

        Args:
            batch: What a collate function gives: anything that can be pickled.

        Returns:
            What is to be sent in its place. Whoever unpickles it gets the batch.
        """
        stream = io.BytesIO()
        pickler = _Pickler(stream)
        pickler.dump(batch)
        buffer = self._free_buffer(pickler.end)
        for tensor, start in pickler.tensors:
            place = buffer.memory[start : start + tensor.nbytes].view(tensor.dtype)
            place.view(tensor.shape).copy_(tensor)
        return SentBatch(buffer, stream.getvalue())

    def _free_buffer(self, size: int) -> _Buffer:
        free = [number for number, buffer in enumerate(self._buffers) if not buffer.memory[0]]
        fitting = [number for number in free if len(self._buffers[number].memory) >= size]
        if fitting:
            number = fitting[0]
        elif free:
            number = free[0]
            self._buffers[number] = _Buffer(number, size)
        else:
            number = len(self._buffers)
            self._buffers.append(_Buffer(number, size))
        self._buffers[number].memory[0] = 1
        return self._buffers[number]


class SentBatch:
    """A batch on its way.

    Args:
        buffer: Where its tensors lie.
        content: All the rest, pickled.
    """

    def __init__(self, buffer: _Buffer, content: bytes) -> None:
        self._buffer = buffer
        self._content = content

    def __reduce__(self) -> tuple:
        buffer = self._buffer
        memory = None if buffer.is_known else buffer.memory  # torch sends it, once
        buffer.is_known = True
        return _receive, (os.getpid(), buffer.number, memory, self._content)


class _Buffer:
    def __init__(self, number: int, size: int) -> None:
        self.number = number
        self.memory = torch.zeros(-(-size // _PAGE) * _PAGE, dtype=torch.uint8).share_memory_()
        self.is_known = False


class _Lease(np.ndarray):
    """A buffer for as long as tensors of one batch lie in it; unlike the memory, it is theirs."""


_RECEIVED: dict[int, dict[int, Tensor]] = {}
"""Buffers by worker and number, in the process that receives."""


def _receive(worker: int, number: int, memory: Tensor | None, content: bytes) -> Any:
    if memory is not None:
        _forget_ended_workers()
        _RECEIVED.setdefault(worker, {})[number] = memory
    array = _RECEIVED[worker][number].numpy()
    lease = array.view(_Lease)
    weakref.finalize(lease, _give_back, array, os.getpid()).atexit = False
    return _Unpickler(io.BytesIO(content), lease).load()


def _give_back(buffer: np.ndarray, owner: int) -> None:
    if os.getpid() == owner:  # not in a copy of the process
        buffer[0] = 0


def _forget_ended_workers() -> None:
    running = {process.pid for process in multiprocessing.active_children()}
    for worker in _RECEIVED.keys() - running:
        del _RECEIVED[worker]


class _Pickler(pickle.Pickler):
    """Leaves tensors out, and finds a place in a buffer for each."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self.tensors: list[tuple[Tensor, int]] = []
        self.end = _ALIGNMENT

    def persistent_id(self, part: Any) -> tuple | None:
        if not (type(part) is Tensor and _is_plain(part)):
            return None
        start = self.end
        self.tensors.append((part, start))
        self.end += -(-part.nbytes // _ALIGNMENT) * _ALIGNMENT
        return start, part.dtype, tuple(part.shape)


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, lease: _Lease) -> None:
        super().__init__(stream)
        self._lease = lease

    def persistent_load(self, place: tuple) -> Tensor:
        start, dtype, shape = place
        # A storage of its own, as large as the tensor; it keeps the lease.
        flat = torch.frombuffer(self._lease, dtype=dtype, count=prod(shape), offset=start)
        return flat.view(shape)


def _is_plain(tensor: Tensor) -> bool:
    return (
        tensor.layout is torch.strided
        and tensor.device.type == 'cpu'
        and not (tensor.requires_grad or tensor.is_quantized or tensor.is_complex())
        and tensor.numel() > 0
    )
