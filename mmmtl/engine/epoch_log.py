from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from mmengine.runner import Runner
from torch import Tensor, nn

from mmmtl.models.loss_weighting import EpochStatistics, TaskLosses


class EpochLog(nn.Module):
    """Means of each task's raw loss, weight and weighted loss over the images of an epoch.

    Args:
        tasks: Names of the tasks.
    """

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__()
        self.raw = EpochStatistics(tasks)
        self.weight = EpochStatistics(tasks)
        self.weighted = EpochStatistics(tasks)

    def add(self, batch: TaskLosses, weights: Mapping[str, Tensor]) -> None:
        """Adds a batch.

        Args:
            batch: The losses of a batch.
            weights: The weight of each task of the batch.
        """
        weighted = {task: weights[task].detach() * loss for task, loss in batch.joined.items()}
        self.raw.add(batch.joined, batch.images)
        self.weight.add({task: weights[task].detach() for task in batch.joined}, batch.images)
        self.weighted.add(weighted, batch.images)

    def check(self) -> None:
        """Looks for a mean that is not finite.

        Raises:
            FloatingPointError: If a loss or weight of the epoch was not finite.
        """
        means = torch.stack([self.raw.mean, self.weight.mean, self.weighted.mean]).tolist()
        found = dict(zip(('raw', 'weight', 'weighted'), means, strict=True))
        if not all(math.isfinite(mean) for own in means for mean in own):
            raise FloatingPointError(
                f'Expected finite losses and weights of {list(self.raw.tasks)}, found the means '
                f'{found}.'
            )

    def unlabelled(self) -> list[str]:
        """Gives the tasks that no image of the epoch was labelled for.

        Returns:
            Names of the tasks.
        """
        seen = self.raw.seen.tolist()
        return [task for task, known in zip(self.raw.tasks, seen, strict=True) if not known]

    def write(self, runner: Runner, epoch: int | None, iteration: int) -> None:
        """Writes the means to the text log and to all backends of the visualizer.

        The keys are ``<task>/epoch_raw``, ``<task>/epoch_weight`` and ``<task>/epoch_weighted``;
        tasks without labels are left out.

        Args:
            runner: The runner of the training.
            epoch: Number of the epoch, from 1; None where the run counts iterations.
            iteration: Number of iterations so far.
        """
        means = dict(raw=self.raw.mean, weight=self.weight.mean, weighted=self.weighted.mean)
        scalars = {
            f'{task}/epoch_{name}': mean[index].item()
            for index, task in enumerate(self.raw.tasks)
            if self.raw.seen[index]
            for name, mean in means.items()
        }
        where = f'Iter(train) [{iteration}]' if epoch is None else f'Epoch(train) [{epoch}]'
        listed = '  '.join(f'{key}: {value:.4f}' for key, value in scalars.items())
        runner.logger.info(f'{where}  {listed}')
        position = {'iter': iteration} if epoch is None else {'epoch': epoch, 'iter': iteration}
        runner.visualizer.add_scalars({**scalars, **position}, step=iteration)

    def reset(self) -> None:
        """Forgets all batches."""
        for buffer in self.buffers():
            buffer.zero_()
