from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn


class EpochStatistics(nn.Module):
    """Mean and variance of one number per task over the images of an epoch so far.

    The number of a batch counts as many times as the batch has labelled images, on all processes
    together: a last batch that is smaller, or partly labelled, is given no more than its share.
    Updated by West's formula in float64, which loses no digits where the variance is small.

    Args:
        tasks: Names of the tasks.
    """

    images: Tensor
    """Number of labelled images of each task, shape (K,)."""
    mean: Tensor
    """Mean of each task, shape (K,); 0 without images."""
    squares: Tensor
    """Sum of the squared distances from the mean, shape (K,)."""

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__()
        self.tasks = tuple(tasks)
        for name in ('images', 'mean', 'squares'):
            self.register_buffer(name, torch.zeros(len(self.tasks), dtype=torch.float64))

    @property
    def variance(self) -> Tensor:
        """Tensor: Variance of each task, shape (K,); 0 without images."""
        return self.squares / self.images.clamp(min=1)

    @property
    def seen(self) -> Tensor:
        """Tensor: Whether a task had any labelled image, shape (K,)."""
        return self.images > 0

    def add(self, values: Mapping[str, Tensor], images: Mapping[str, Tensor]) -> None:
        """Adds a batch.

        A value that is not finite makes the mean so, for good: looking for one here would make the
        host wait for the device in each step.

        Args:
            values: The number of each task of the batch, detached scalars.
            images: Number of labelled images of each task of the batch, scalars.
        """
        value, count = self._vector(values), self._vector(images)
        total = self.images + count
        distance = value - self.mean
        self.mean += distance * count / total.clamp(min=1)
        self.squares += count * distance * (value - self.mean)
        self.images.copy_(total)

    def reset(self) -> None:
        """Forgets all batches."""
        for buffer in self.buffers():
            buffer.zero_()

    def _vector(self, numbers: Mapping[str, Tensor]) -> Tensor:
        zero = torch.zeros_like(self.mean[0])
        return torch.stack([numbers.get(task, zero).double() for task in self.tasks])
