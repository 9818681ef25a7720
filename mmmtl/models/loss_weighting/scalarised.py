from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from mmmtl.models.loss_weighting.base import BaseLossWeighting, TaskLosses
from mmmtl.models.loss_weighting.latest_losses import LatestLosses, is_over_round


class ScalarisedWeighting(BaseLossWeighting):
    r"""Base of the methods that minimise a function :math:`f` of the losses instead of their sum.

    The weights are its derivatives at the joined losses of the batch,
    :math:`\lambda_i = \partial f / \partial L_i`: the gradient of the weighted sum is that of
    :math:`f`, on any number of processes. The regulariser,
    :math:`f - \sum_i \lambda_i L_i`, has no gradient; with it the total is :math:`f`.

    Args:
        tasks: Names of the tasks.
        over: ``'batch'``, the default: :math:`f` is one of the tasks of the batch alone.
            ``'round'``: of a task that the batch has no labels of, the loss of the last batch that
            had takes part; it is a constant. Batches that have labels of one task each need this.

    Raises:
        ValueError: If ``over`` is something else.
    """

    def __init__(self, tasks: Iterable[str], over: str = 'batch') -> None:
        super().__init__(tasks)
        self.latest = LatestLosses(self.tasks) if is_over_round(over) else None
        self.needs_two_tasks = self.latest is None

    @abstractmethod
    def scalarise(self, losses: Tensor, tasks: Sequence[int]) -> Tensor:
        """Computes :math:`f`.

        Args:
            losses: Losses of the tasks that are compared, shape (n,), float64.
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
        return {task: slope.float() for task, slope in slopes.items()}

    def regulariser(self, batch: TaskLosses) -> Tensor:
        """Gives what the weighted sum lacks of :math:`f`.

        Args:
            batch: The losses of a batch.

        Returns:
            A scalar without a graph.
        """
        value, slopes = self._linearise(batch)
        weighted = [slope * batch.joined[task].double() for task, slope in slopes.items()]
        return (value - torch.stack(weighted).sum()).float()

    def record(self, batch: TaskLosses) -> None:
        """Remembers the losses, where they take part in later batches.

        Args:
            batch: The losses of a batch.
        """
        if self.latest is not None:
            self.latest.update(batch)

    def _compared(self, batch: TaskLosses) -> tuple[list[int], Tensor]:
        """Gives the indices of the tasks that are compared, and their losses."""
        if self.latest is not None:
            return self.latest.together_with(batch)
        losses = torch.stack(list(batch.joined.values())).double()
        return [self.tasks.index(task) for task in batch.joined], losses

    def _linearise(self, batch: TaskLosses) -> tuple[Tensor, dict[str, Tensor]]:
        """Gives the value of :math:`f`, and its derivatives by the losses of the batch."""
        tasks, losses = self._compared(batch)
        with torch.enable_grad():
            losses.requires_grad_()
            value = self.scalarise(losses, tasks)
            (slopes,) = torch.autograd.grad(value, losses)
        by_task = {self.tasks[task]: slope for task, slope in zip(tasks, slopes, strict=True)}
        return value.detach(), {task: by_task[task] for task in batch.joined}
