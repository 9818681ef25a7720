"""Whether a loss weighting that compares tasks finds two of them in a batch."""

from __future__ import annotations

from typing import Any

from mmmtl.engine.samplers import MultiSetBatchSampler, SeededBatchSampler
from mmmtl.engine.training_labels import dataset_parts
from mmmtl.models.loss_weighting import BaseLossWeighting


def check_compared_tasks(weighting: BaseLossWeighting, batch_sampler: Any, dataset: Any) -> None:
    """Checks that there are batches with labels of two tasks for a method that compares tasks.

    That is only known of batches that a ``MultiSetBatchSampler`` makes of one data set each. Where
    a data set does not say its ``tasks``, nothing can be said.

    Args:
        weighting: The loss weighting.
        batch_sampler: The batch sampler of the training.
        dataset: The training data set.

    Raises:
        ValueError: If each batch has labels of one of the weighting's tasks.
    """
    if isinstance(batch_sampler, SeededBatchSampler):
        batch_sampler = batch_sampler.batch_sampler
    one_set_each = isinstance(batch_sampler, MultiSetBatchSampler) and batch_sampler.counts is None
    if not weighting.needs_two_tasks or not one_set_each:
        return
    found: dict[str, list[str]] = {}
    for name, part in zip(batch_sampler.sizes, dataset.datasets, strict=True):
        members = list(dataset_parts(part))
        if not all(hasattr(member, 'tasks') for member in members):
            return
        labelled = {task for member in members for task in member.tasks}
        found[name] = [task for task in weighting.tasks if task in labelled]
    if all(len(tasks) < 2 for tasks in found.values()):
        listed = '; '.join(f'{name}: {", ".join(tasks) or "none"}' for name, tasks in found.items())
        raise ValueError(
            f'model.loss_weighting: {type(weighting).__name__} compares the tasks of a batch, and '
            f"each batch has labels of one ({listed}); expected over='round' of the loss "
            'weighting, mixed batches (counts of MultiSetBatchSampler), or a method that looks at '
            'each task by itself, such as UncertaintyWeighting.'
        )
