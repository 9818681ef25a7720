from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.loss_weighting.base import BaseLossWeighting, TaskLosses
from mmmtl.models.loss_weighting.host_copy import HostCopy


@MODELS.register_module()
class RandomWeighting(BaseLossWeighting):
    r"""Draws new weights for every batch: the baseline that a method should beat.

    `Reasonable Effectiveness of Random Weighting: A Litmus Test for Multi-Task Learning
    <https://arxiv.org/abs/2111.10603>`_, random loss weighting (RLW) with the normal distribution.

    .. math::
        \lambda = \mathrm{softmax}(z), \qquad z_i \sim \mathcal{N}(0, 1)

    The draws depend on the seed and the number of the batch alone: they are equal on all processes
    and go on after a resume as if nothing had happened. (TorchJD's ``Random`` draws from torch's
    global generator, which differs from process to process.) In evaluation mode the weights are
    those of the next batch.

    Args:
        tasks: Names of the tasks.
        seed: Seed of the draws, at least 0. Defaults to 0.

    Raises:
        ValueError: If the seed is negative.
    """

    batches: Tensor
    """Number of training batches so far, a scalar."""

    def __init__(self, tasks: Sequence[str], seed: int = 0) -> None:
        super().__init__(tasks)
        if seed < 0:
            raise ValueError(f'seed: expected a number >= 0, found {seed}.')
        self.seed = seed
        self.register_buffer('batches', torch.zeros((), dtype=torch.int64))
        self._copy = HostCopy()

    def compute_weights(self, batch: TaskLosses) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            batch: The losses of a batch.

        Returns:
            Weights > 0; those of all tasks add up to 1.
        """
        key = np.random.SeedSequence(
            (self.seed, int(self._copy.read(self.batches)))
        ).generate_state(1)[0]
        generator = torch.Generator().manual_seed(int(key))
        weights = torch.randn(len(self.tasks), generator=generator).softmax(dim=0)
        return self.select(weights.to(self.batches.device, non_blocking=True), batch)

    def record(self, batch: TaskLosses) -> None:
        """Counts the batch.

        Args:
            batch: The losses of a batch.
        """
        self._copy.write(self.batches, self._copy.read(self.batches) + 1)
