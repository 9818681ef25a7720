"""The losses of this process as parts of those of all processes."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from mmengine.dist import all_reduce, get_world_size
from torch import Tensor

from mmmtl.models.loss_weighting import TaskLosses


def join_losses(losses: Mapping[str, Tensor], images: Mapping[str, int]) -> TaskLosses:
    """Relates this process's losses to those of all processes.

    The gradients of the processes are averaged in the end. So that every labelled image counts the
    same, wherever it is, a loss is scaled by the process's share of the labelled images times the
    number of processes: by 1 where all have as many.

    Args:
        losses: Mean loss of this process's labelled images, by task.
        images: Number of this process's labelled images, by task.

    Returns:
        The losses of the tasks that have labels on some process.
    """
    means = torch.stack([loss.detach().float() for loss in losses.values()])
    counts = means.new_tensor([images[name] for name in losses])
    totals, joined, shares = counts, means, torch.ones_like(counts)
    processes = get_world_size()
    if processes > 1:
        # A loss of no image is 0, but a NaN would be one of all processes.
        sums = torch.stack([counts, torch.where(counts > 0, means * counts, 0.0)])
        all_reduce(sums)
        totals = sums[0]
        joined = sums[1] / totals.clamp(min=1)
        shares = counts * processes / totals.clamp(min=1)
    present = [name for name, total in zip(losses, totals.tolist(), strict=True) if total]
    index = {name: position for position, name in enumerate(losses)}
    return TaskLosses(
        losses={
            name: losses[name] if processes == 1 else losses[name] * shares[index[name]]
            for name in present
        },
        joined={name: joined[index[name]] for name in present},
        images={name: totals[index[name]] for name in present},
    )
