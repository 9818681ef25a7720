from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.loss_weighting.base import BaseLossWeighting, TaskLosses


@MODELS.register_module()
class FixedWeighting(BaseLossWeighting):
    r"""Weighs the tasks with given numbers: :math:`\lambda_i = c_i`.

    Args:
        tasks: Names of the tasks.
        weights: The number for each task, such as ``dict(seg=0.3, depth=0.7)``; none is negative.

    Raises:
        ValueError: If a task has no weight, or a weight no task, or is negative.

    >>> import torch
    >>> losses = dict(seg=torch.tensor(2.0), depth=torch.tensor(1.0))
    >>> FixedWeighting(['seg', 'depth'], dict(seg=0.5, depth=3.0))(losses).weights
    {'seg': tensor(0.5000), 'depth': tensor(3.)}
    """

    weights: Tensor

    def __init__(self, tasks: Sequence[str], weights: Mapping[str, float]) -> None:
        super().__init__(tasks)
        if set(weights) != set(self.tasks):
            raise ValueError(
                f'weights: expected one for each of the tasks {list(self.tasks)}, '
                f'found {dict(weights)}.'
            )
        if not all(math.isfinite(weight) and weight >= 0 for weight in weights.values()):
            raise ValueError(f'weights: expected finite numbers >= 0, found {dict(weights)}.')
        self.register_buffer('weights', torch.tensor([float(weights[t]) for t in self.tasks]))

    def compute_weights(self, batch: TaskLosses) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            batch: The losses of a batch.

        Returns:
            The given weights.
        """
        return self.select(self.weights, batch)
