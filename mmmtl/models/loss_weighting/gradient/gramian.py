"""Inner products of the tasks' gradients, over all processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from mmengine.dist import all_reduce, get_world_size
from torch import Tensor

_BLOCK = 2**20
"""Elements of each gradient that are handled at once: bounds the memory beside the gradients."""


def joined_gramian(
    gradients: Sequence[Sequence[Tensor]], average: bool, block: int = _BLOCK
) -> Tensor:
    r"""Computes the Gramian of the tasks' gradients.

    .. math::
        G_{ij} = \langle \nabla L_i, \nabla L_j \rangle

    - :math:`L_i`: loss of task i, the mean over the processes of their losses.

    With respect to *parameters* the gradient of that mean is the mean of the processes' gradients,
    which are averaged block by block. With respect to *features*, other images are other
    coordinates: the Gramians add up, divided by the squared number of processes.

    Args:
        gradients: For each task this process's gradient, as tensors of any shape that are the same
            for all tasks.
        average: Whether the gradients are with respect to something that the processes share
            (parameters), or that each has of its own (features).
        block: Elements of each gradient that are handled at once. Defaults to 2 ** 20.

    Returns:
        Shape (K, K) for K tasks, float64, the same on all processes.
    """
    processes = get_world_size()
    reduce = _average if average and processes > 1 else None
    found = gramian(gradients, block, reduce)
    if not average and processes > 1:
        all_reduce(found)
        found /= processes**2
    return found


def gramian(
    gradients: Sequence[Sequence[Tensor]],
    block: int = _BLOCK,
    reduce: Callable[[Tensor], object] | None = None,
) -> Tensor:
    """Computes the Gramian of gradients as they are.

    Args:
        gradients: For each task its gradient, as tensors of any shape that are the same for all.
        block: Elements of each gradient that are handled at once. Defaults to 2 ** 20.
        reduce: What is done to each block, shape (K, n), in place. Defaults to nothing.

    Returns:
        Shape (K, K) for K tasks, float64.
    """
    count = len(gradients)
    found = gradients[0][0].new_zeros((count, count), dtype=torch.float64)
    for rows in _blocks(gradients, block):
        if reduce is not None:
            reduce(rows)
        # Products and sums: exact in single precision where a matrix product might be TF32.
        for i, row in enumerate(rows):
            found[i, : i + 1] += (rows[: i + 1] * row).sum(dim=1)
    found += found.tril(-1).T
    return found


def _average(rows: Tensor) -> None:
    all_reduce(rows, 'mean')


def _blocks(gradients: Sequence[Sequence[Tensor]], size: int) -> Iterator[Tensor]:
    """Cuts and joins the tensors to matrices (K, n) of at most ``size`` columns."""
    pieces: list[Tensor] = []
    columns = 0
    for tensors in zip(*gradients, strict=True):
        for rows in zip(*(tensor.flatten().split(size) for tensor in tensors), strict=True):
            if columns + rows[0].numel() > size:
                yield torch.cat(pieces, dim=1)
                pieces, columns = [], 0
            pieces.append(torch.stack(rows).float() if _is_half(rows[0]) else torch.stack(rows))
            columns += rows[0].numel()
    if pieces:
        yield torch.cat(pieces, dim=1)


def _is_half(tensor: Tensor) -> bool:
    return tensor.dtype in (torch.float16, torch.bfloat16)
