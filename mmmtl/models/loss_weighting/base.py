from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from torch import Tensor, nn

from mmmtl.tasks import get_tasks


class WeightedLosses(NamedTuple):
    """What a loss weighting says of one batch."""

    weights: dict[str, Tensor]
    """Weight of each task's loss, scalars."""
    regulariser: Tensor | None
    """What the method adds to the weighted sum, a scalar, or None."""


class BaseLossWeighting(nn.Module, ABC):
    """The contract of the loss weightings: ``{task: loss} -> {task: weight}``.

    A weighting is a module of the segmentor, called inside of ``forward(mode='loss')``. What it
    learns is a ``Parameter``, what it remembers is a buffer: checkpoints, resuming, distributed
    training and averaging of weights then need no special case. The total loss is
    ``sum_i weight_i * loss_i + regulariser``.

    A config names the type only; the segmentor says which tasks there are.

    Args:
        tasks: Names of the tasks.
    """

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__()
        self.tasks = tuple(get_tasks(tasks))

    @abstractmethod
    def compute_weights(self, losses: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            losses: Loss of each task, scalars.

        Returns:
            Weight of each task, scalars on the losses' device.
        """

    def regulariser(self) -> Tensor | None:
        """Gives what the method adds to the weighted sum.

        Returns:
            A scalar, or None, the default.
        """
        return None

    def forward(self, losses: Mapping[str, Tensor]) -> WeightedLosses:
        """Weights the losses of one batch.

        Args:
            losses: Loss of each task, scalars.

        Returns:
            The weights and the regulariser.

        Raises:
            ValueError: If the losses are not those of the weighting's tasks.
        """
        if set(losses) != set(self.tasks):
            raise ValueError(
                f'{type(self).__name__}: expected losses of {list(self.tasks)}, '
                f'found {list(losses)}.'
            )
        return WeightedLosses(self.compute_weights(losses), self.regulariser())
