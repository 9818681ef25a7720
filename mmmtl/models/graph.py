"""Small tools on autograd graphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import torch
from mmengine.utils import apply_to
from torch import Tensor

_Nested = TypeVar('_Nested')


def tensors_in(nested: Any) -> Iterator[Tensor]:
    """Finds the tensors of a nested structure.

    Args:
        nested: A tensor, or (named) tuples, lists and dicts of such, to any depth.

    Yields:
        The tensors, depth first.
    """
    if isinstance(nested, Tensor):
        yield nested
    elif isinstance(nested, dict):
        for value in nested.values():
            yield from tensors_in(value)
    elif isinstance(nested, (tuple, list)):
        for value in nested:
            yield from tensors_in(value)


def connected_zero(nested: Any) -> Tensor:
    """Gives a zero whose gradient with respect to tensors is zero, not missing.

    Added to a loss it changes nothing, but brings what the tensors were computed from into the
    graph: distributed training waits for a gradient of every parameter. Values that are NaN or
    infinite leave no trace, as they would in ``0 * x``.

    Args:
        nested: At least one tensor, or (named) tuples, lists and dicts of such.

    Returns:
        The scalar 0.
    """
    return torch.stack([tensor.flatten()[:0].sum() for tensor in tensors_in(nested)]).sum()


def rows(tensor: Tensor, positions: Sequence[int]) -> Tensor:
    """Gives parts of a tensor along its first dimension, as a list as its index does.

    A list would be copied to the tensor's device, which the host waits for.

    Args:
        tensor: Shape (N, ...).
        positions: At least one position from 0 to N - 1.

    Returns:
        Shape (number of positions, ...).
    """
    return torch.stack([tensor[position] for position in positions])


def aliases(nested: _Nested) -> _Nested:
    """Gives tensors of the same values that are nodes of their own in the graph.

    A gradient with respect to an alias counts only what was computed from the alias, not what else
    was computed from the tensor behind it. No value is copied.

    Args:
        nested: A tensor, or (named) tuples, lists and dicts of such.

    Returns:
        The same structure of aliases.
    """
    return apply_to(nested, lambda value: isinstance(value, Tensor), _alias)


def _alias(tensor: Tensor) -> Tensor:
    return tensor.view_as(tensor)
