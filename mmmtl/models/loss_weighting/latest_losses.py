from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mmmtl.models.loss_weighting.base import TaskLosses

_OVER = ('batch', 'round')


class LatestLosses(nn.Module):
    """The loss of each task in the last batch that had labels of it.

    Args:
        tasks: Names of the tasks.
    """

    losses: Tensor
    """Last joined loss of each task, shape (K,)."""
    known: Tensor
    """1 for tasks of which there was a loss, else 0, shape (K,)."""

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__()
        self.tasks = tuple(tasks)
        self.register_buffer('losses', torch.zeros(len(self.tasks), dtype=torch.float64))
        self.register_buffer('known', torch.zeros(len(self.tasks), dtype=torch.int64))

    def together_with(self, batch: TaskLosses) -> tuple[list[int], Tensor]:
        """Gives the losses of a batch, and the last ones of tasks that it lacks.

        Args:
            batch: The losses of a batch.

        Returns:
            Indices of the tasks of which there is a loss, and their losses, float64.
        """
        losses, known = self.losses.clone(), self.known.clone()
        self._put(batch, losses, known)
        indices = known.nonzero().flatten()
        return indices.tolist(), losses[indices]

    def update(self, batch: TaskLosses) -> None:
        """Remembers the losses of a batch.

        Args:
            batch: The losses of a batch.
        """
        self._put(batch, self.losses, self.known)

    def _put(self, batch: TaskLosses, losses: Tensor, known: Tensor) -> None:
        for task, loss in batch.joined.items():
            losses[self.tasks.index(task)] = loss.double()
            known[self.tasks.index(task)] = 1


def is_over_round(over: str) -> bool:
    """Tells what a method compares.

    Args:
        over: ``'batch'`` or ``'round'``.

    Returns:
        Whether it is a round.

    Raises:
        ValueError: If it is neither.
    """
    if over not in _OVER:
        raise ValueError(f'over: expected one of {_OVER}, found {over!r}.')
    return over == 'round'
