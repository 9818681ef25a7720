"""The convolutions and products of matrices of a network, each alone: the floor of its time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map
from torch.utils.flop_counter import flop_registry

_HEAVY = set(flop_registry)


class _Shape(tuple):
    """What a tensor of an operation looks like: shape, dtype, and whether it is needed."""


class HeavyOperations(TorchDispatchMode):
    """Remembers the operations that cost floating point operations: convolutions, products.

    They are those that torch's ``FlopCounterMode`` counts, forward and backward. They can then be
    run alone, on tensors that lie in memory as suits them: no program that computes the same
    numbers by the same operations is faster than their sum.

    Args:
        device: Where they will run. Defaults to the CPU.

    Examples:
        >>> network = torch.nn.Conv2d(3, 8, 3)
        >>> with HeavyOperations() as heavy:
        ...     network(torch.rand(1, 3, 9, 9)).sum().backward()
        >>> sum(times for call, times in heavy.calls(channels_last=True))
        2
    """

    def __init__(self, device: str = 'cpu') -> None:
        super().__init__()
        self.device = device
        self.counts: Counter[tuple[Any, ...]] = Counter()
        """How often each operation ran, by its name and the shapes of its arguments."""
        self._functions: dict[tuple[Any, ...], tuple[Any, Any, Any]] = {}

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Runs an operation, and remembers it if it is a heavy one."""
        kwargs = kwargs or {}
        if func.overloadpacket in _HEAVY:
            shapes = tree_map(_shape_of, (args, kwargs))
            key = (str(func), str(shapes))
            self.counts[key] += 1
            self._functions[key] = (func, *shapes)
        return func(*args, **kwargs)

    def calls(self, channels_last: bool) -> Iterator[tuple[Callable[[], object], int]]:
        """Gives the operations, on random numbers.

        Args:
            channels_last: Whether maps lie in memory with their channels last.

        Yields:
            An operation, and how often it ran. Its arguments are made when it is asked for, and
            are gone with the next.
        """
        for key, count in self.counts.items():
            func, args, kwargs = self._functions[key]

            def make(value: Any) -> Any:
                return self._random(value, channels_last) if isinstance(value, _Shape) else value

            made_args, made_kwargs = tree_map(make, (args, kwargs), is_leaf=_is_shape)
            yield partial(func, *made_args, **made_kwargs), count

    def _random(self, shape: _Shape, channels_last: bool) -> Tensor:
        size, dtype = shape
        made = torch.rand(size, device=self.device).to(dtype)
        if channels_last and made.dim() == 4:
            made = made.contiguous(memory_format=torch.channels_last)
        return made


def _shape_of(value: Any) -> Any:
    return _Shape((tuple(value.shape), value.dtype)) if isinstance(value, Tensor) else value


def _is_shape(value: Any) -> bool:
    return isinstance(value, _Shape)
