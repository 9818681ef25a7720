from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

Gradient = list[Tensor | None]
"""Gradient with respect to some tensors; None for those that it does not depend on."""


class GradientRound:
    """The gradients of batches of which each has labels of some tasks, until every task had some.

    For a task with several batches it is their mean.

    Args:
        tasks: Names of the tasks.
    """

    def __init__(self, tasks: Sequence[str]) -> None:
        self.tasks = tuple(tasks)
        self._batches: dict[str, int] = {}
        self._losses: dict[str, Tensor] = {}
        self._gradients: dict[str, Gradient] = {}

    @property
    def is_complete(self) -> bool:
        """bool: Whether each task had a batch."""
        return len(self._batches) == len(self.tasks)

    def add(self, task: str, gradient: Gradient, loss: Tensor) -> None:
        """Adds a batch's gradient of a task.

        Args:
            task: Name of the task.
            gradient: The gradient, with respect to the same tensors in each batch.
            loss: The loss, a scalar.
        """
        count = self._batches.get(task, 0)
        if count == 0:
            self._gradients[task], self._losses[task] = gradient, loss.double()
        else:
            pairs = zip(self._gradients[task], gradient, strict=True)
            self._gradients[task] = [_mean(known, new, count) for known, new in pairs]
            mean = self._losses[task]
            self._losses[task] = mean + (loss.double() - mean) / (count + 1)
        self._batches[task] = count + 1

    def finish(self) -> tuple[list[list[Tensor]], dict[str, Tensor]]:
        """Gives what the round had, and begins the next one.

        Returns:
            For each task the gradient with respect to those tensors that at least two tasks' losses
            depend on, and the loss of each.
        """
        columns = zip(*(self._gradients[task] for task in self.tasks), strict=True)
        shared = [column for column in columns if sum(one is not None for one in column) > 1]
        gradients = [[_or_zero(column, row) for column in shared] for row in range(len(self.tasks))]
        losses = {task: self._losses[task] for task in self.tasks}
        self.begin()
        return gradients, losses

    def begin(self) -> None:
        """Forgets all batches."""
        self._batches, self._losses, self._gradients = {}, {}, {}

    def state(self) -> dict[str, Tensor]:
        """Gives what a run must know to go on in the middle of the round.

        Returns:
            Tensors by name; none at its beginning.
        """
        state: dict[str, Tensor] = {}
        for task, count in self._batches.items():
            state[f'{task}.batches'] = torch.tensor([count, len(self._gradients[task])])
            state[f'{task}.loss'] = self._losses[task]
            state |= {
                f'{task}.{index}': gradient
                for index, gradient in enumerate(self._gradients[task])
                if gradient is not None
            }
        return state

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Takes up what :meth:`state` gave.

        Args:
            state: Tensors by name.
        """
        self.begin()
        for task in self.tasks:
            if f'{task}.batches' in state:
                count, tensors = state[f'{task}.batches'].tolist()
                self._batches[task] = count
                self._losses[task] = state[f'{task}.loss']
                self._gradients[task] = [state.get(f'{task}.{index}') for index in range(tensors)]


def _mean(known: Tensor | None, new: Tensor | None, count: int) -> Tensor | None:
    if known is None or new is None:
        return known if new is None else new
    return known + (new - known) / (count + 1)


def _or_zero(column: Sequence[Tensor | None], row: int) -> Tensor:
    own = column[row]
    if own is not None:
        return own
    return torch.zeros_like(next(one for one in column if one is not None))
