from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence

from mmmtl.models.loss_weighting.base import BaseLossWeighting, TaskLosses
from mmmtl.models.loss_weighting.epoch_statistics import EpochStatistics


class EpochLossWeighting(BaseLossWeighting):
    """Base of the methods that look back at the losses of whole epochs.

    Statistics are those of the losses before their weights, over all labelled images on all
    processes. They are buffers: a run that is resumed in the middle of an epoch of so many
    iterations goes on with them.

    Args:
        tasks: Names of the tasks.
    """

    needs_epochs = True

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__(tasks)
        self.epoch = EpochStatistics(self.tasks)

    @abstractmethod
    def remember_epoch(self) -> None:
        """Keeps what the method needs of the epoch that is over, ``self.epoch``.

        A task that had no label in the epoch keeps what it had.
        """

    def record(self, batch: TaskLosses) -> None:
        """Adds the losses of a batch to the epoch.

        Args:
            batch: The losses of a batch.

        Raises:
            FloatingPointError: If a loss is not finite; nothing is remembered of the batch then.
        """
        values = batch.values
        if values is None:
            values = {task: loss.item() for task, loss in batch.joined.items()}
        if not all(map(math.isfinite, values.values())):
            raise FloatingPointError(f'Expected finite losses, found {dict(values)}.')
        self.epoch.add(batch.joined, batch.images)

    def start_epoch(self) -> None:
        """Forgets what an epoch that was not finished left behind, as it starts anew."""
        self.epoch.reset()

    def end_epoch(self) -> None:
        """Takes the epoch into account."""
        self.remember_epoch()
        self.epoch.reset()
