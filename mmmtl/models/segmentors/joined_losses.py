"""The losses of this process as parts of those of all processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from mmengine.dist import all_reduce, get_world_size
from torch import Tensor

from mmmtl.models.loss_weighting import TaskLosses


def join_losses(
    losses: Mapping[str, Tensor], images: Mapping[str, int], also: Sequence[Tensor] = ()
) -> tuple[TaskLosses, list[float]]:
    """Relates this process's losses to those of all processes.

    The gradients of the processes are averaged in the end. So that every labelled image counts the
    same, wherever it is, a loss is scaled by the process's share of the labelled images times the
    number of processes: by 1 where all have as many.

    All that a step needs of its losses on the host is read here, at once: the host waits once.

    Args:
        losses: Mean loss of this process's labelled images, by task.
        images: Number of this process's labelled images, by task.
        also: Further scalars that are to be read. Defaults to none.

    Returns:
        The losses of the tasks that have labels on some process, and the values of ``also``.
    """
    means = torch.stack([loss.detach().float() for loss in losses.values()])
    counts = torch.stack([means.new_full((), images[name]) for name in losses])
    totals, joined, shares = counts, means, torch.ones_like(counts)
    processes = get_world_size()
    if processes > 1:
        # A loss of no image is 0, but a NaN would be one of all processes.
        sums = torch.stack([counts, torch.where(counts > 0, means * counts, 0.0)])
        all_reduce(sums)
        totals = sums[0]
        joined = sums[1] / totals.clamp(min=1)
        shares = counts * processes / totals.clamp(min=1)
    rest = [value.detach().float() for value in also]
    read = torch.cat([joined, totals, torch.stack(rest)] if rest else [joined, totals]).tolist()
    values, numbers = read[: len(losses)], read[len(losses) : 2 * len(losses)]
    index = {name: position for position, name in enumerate(losses)}
    present = [name for name in losses if numbers[index[name]]]
    batch = TaskLosses(
        losses={
            name: losses[name] if processes == 1 else losses[name] * shares[index[name]]
            for name in present
        },
        joined={name: joined[index[name]] for name in present},
        images={name: totals[index[name]] for name in present},
        values={name: values[index[name]] for name in present},
    )
    return batch, read[2 * len(losses) :]
