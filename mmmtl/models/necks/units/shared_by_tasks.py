from __future__ import annotations

from collections.abc import Iterable, Sequence

from torch import nn

from mmmtl.models.keyed_batch_norm import KeyedBatchNorm, split_statistics


class SharedByTasks(nn.ModuleList):
    """Layers through which the features of every task go, one task after the other.

    Each task's features have means and variances of their own. In training a batch normalisation
    uses those of the batch, hence the task's; for evaluation it keeps one running estimate, to
    which all tasks contribute, and which then fits none of them. With ``separate_statistics`` each
    task has its own estimate. Parameters and training are the same in both cases.

    Args:
        layers: The layers.
        tasks: Names of the tasks.
        separate_statistics: Whether each task has running statistics of its own in the batch
            normalisations. Defaults to False.
    """

    def __init__(
        self, layers: Iterable[nn.Module], tasks: Sequence[str], separate_statistics: bool = False
    ) -> None:
        super().__init__(layers)
        if separate_statistics:
            for layer in self:
                split_statistics(layer, tasks, TaskBatchNorm)

    def of(self, task: str) -> SharedByTasks:
        """Turns to a task: until the next call the layers are for its features.

        Args:
            task: Name of the task.

        Returns:
            The layers themselves.
        """
        for module in self.modules():
            if isinstance(module, TaskBatchNorm):
                module.key = task
        return self


class TaskBatchNorm(KeyedBatchNorm):
    """A batch normalisation with scale and shift for all tasks, and statistics of each."""
