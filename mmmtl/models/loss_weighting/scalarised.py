from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor

from mmmtl.models.loss_weighting.base import BaseLossWeighting, TaskLosses


class ScalarisedWeighting(BaseLossWeighting):
    r"""Base of the methods that minimise a function :math:`f` of the losses instead of their sum.

    The weights are its derivatives at the joined losses of the batch,
    :math:`\lambda_i = \partial f / \partial L_i`: the gradient of the weighted sum is that of
    :math:`f`, on any number of processes. The regulariser,
    :math:`f - \sum_i \lambda_i L_i`, has no gradient; with it the total is :math:`f`.

    Args:
        tasks: Names of the tasks.
    """

    @abstractmethod
    def scalarise(self, losses: Tensor, tasks: Sequence[int]) -> Tensor:
        """Computes :math:`f`.

        Args:
            losses: Losses of the tasks of the batch, shape (n,), float64.
            tasks: Indices of these tasks among those of the weighting.

        Returns:
            A scalar with a graph.
        """

    def compute_weights(self, batch: TaskLosses) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            batch: The losses of a batch.

        Returns:
            The derivative of :math:`f` by each task's loss.
        """
        _, slopes = self._linearise(batch)
        return dict(zip(batch.joined, slopes.float().unbind(), strict=True))

    def regulariser(self, batch: TaskLosses) -> Tensor:
        """Gives what the weighted sum lacks of :math:`f`.

        Args:
            batch: The losses of a batch.

        Returns:
            A scalar without a graph.
        """
        value, slopes = self._linearise(batch)
        losses = torch.stack(list(batch.joined.values())).double()
        return (value - (slopes * losses).sum()).float()

    def _linearise(self, batch: TaskLosses) -> tuple[Tensor, Tensor]:
        """Gives the value of :math:`f` and its derivatives."""
        losses = torch.stack(list(batch.joined.values())).double()
        with torch.enable_grad():
            losses.requires_grad_()
            value = self.scalarise(losses, [self.tasks.index(task) for task in batch.joined])
            (slopes,) = torch.autograd.grad(value, losses)
        return value.detach(), slopes
