from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from torch import Tensor, nn

from mmmtl.tasks import get_tasks


class SharedTensors(NamedTuple):
    """What the tasks share, for methods that look at gradients."""

    features: tuple[Tensor, ...] = ()
    """Features that every task's loss is computed from, as nodes of the graph."""
    parameters: tuple[nn.Parameter, ...] = ()
    """Trainable parameters before the heads; some may serve one task only."""


class TaskLosses(NamedTuple):
    """The losses of one batch, by task; tasks that no image of the batch is labelled for are left
    out.

    "Batch" means that of all processes together: what is called joined is equal on all of them.
    """

    losses: Mapping[str, Tensor]
    """This process's loss, a scalar with a graph, scaled so that the mean over the processes is the
    joined loss."""
    joined: Mapping[str, Tensor]
    """Mean loss of the labelled images of all processes, a detached scalar."""
    images: Mapping[str, Tensor]
    """Number of labelled images of all processes, a scalar."""
    shared: SharedTensors = SharedTensors()
    """What the tasks share; empty unless the method asks for it."""


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

    Weights may depend on the values of ``batch.joined``, which all processes share, and on their
    random numbers only as far as these are equal on all processes.

    A config names the type and the method's own settings; the segmentor says which tasks there are.

    Args:
        tasks: Names of the tasks.
    """

    needs_shared_tensors: bool = False
    """Whether the method reads ``batch.shared``."""

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__()
        self.tasks = tuple(get_tasks(tasks))

    @abstractmethod
    def compute_weights(self, batch: TaskLosses) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            batch: The losses of a batch.

        Returns:
            Weight of each task of the batch, scalars on the losses' device.
        """

    def regulariser(self, batch: TaskLosses) -> Tensor | None:
        """Gives what the method adds to the weighted sum.

        Args:
            batch: The losses of a batch.

        Returns:
            A scalar, or None, the default.
        """
        return None

    def forward(self, batch: TaskLosses | Mapping[str, Tensor]) -> WeightedLosses:
        """Weights the losses of one batch.

        Args:
            batch: The losses of a batch. A plain ``{task: loss}`` stands for one process and one
                labelled image a task.

        Returns:
            The weights and the regulariser.

        Raises:
            ValueError: If there is a loss of a task that is not the weighting's, or none at all.
        """
        if not isinstance(batch, TaskLosses):
            joined = {task: loss.detach() for task, loss in batch.items()}
            images = {task: loss.new_ones(()) for task, loss in joined.items()}
            batch = TaskLosses(batch, joined, images)
        if not batch.losses or not set(batch.losses) <= set(self.tasks):
            raise ValueError(
                f'{type(self).__name__}: expected losses of {list(self.tasks)}, '
                f'found {list(batch.losses)}.'
            )
        return WeightedLosses(self.compute_weights(batch), self.regulariser(batch))
