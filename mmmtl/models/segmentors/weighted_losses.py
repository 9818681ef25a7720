"""What a step minimises and logs of the tasks' losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor

from mmmtl.models.graph import connected_zero
from mmmtl.models.loss_weighting import BaseLossWeighting, TaskLosses


def weigh_losses(
    weighting: BaseLossWeighting,
    losses: Mapping[str, Tensor],
    batch: TaskLosses,
    labelled: Mapping[str, Sequence[int]],
) -> dict[str, Tensor]:
    """Gives each task's loss its weight.

    Args:
        weighting: The loss weighting.
        losses: This process's mean loss of each task, 0 in a batch without labels of it.
        batch: The losses of the tasks that have labels on some process, as they are weighted.
        labelled: Positions of this process's labelled images, by task.

    Returns:
        What is summed: ``<task>/loss``, the weighted loss, ``loss_weighting``, the weighting's
        regulariser if it has one, and, where a task has no label on any process,
        ``loss_of_no_label``, a zero. What is only logged: ``<task>/weight`` and, of tasks with
        labels on this process, ``<task>/raw``, the loss before its weight.
    """
    results: dict[str, Tensor] = {}
    if batch.losses:
        weights, regulariser = weighting(batch)
        for name, loss in batch.losses.items():
            results[f'{name}/loss'] = weights[name] * loss
            results[f'{name}/weight'] = weights[name].detach()
            if labelled[name]:
                results[f'{name}/raw'] = losses[name].detach()
        if regulariser is not None:
            results['loss_weighting'] = regulariser
    unlabelled = [loss for name, loss in losses.items() if name not in batch.losses]
    if unlabelled:
        # Every parameter gets a gradient, as distributed training expects.
        results['loss_of_no_label'] = connected_zero([*unlabelled, *weighting.parameters()])
    return results
