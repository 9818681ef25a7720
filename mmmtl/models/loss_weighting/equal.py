from __future__ import annotations

from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.loss_weighting.base import BaseLossWeighting, TaskLosses


@MODELS.register_module()
class EqualWeighting(BaseLossWeighting):
    r"""Weighs every task with 1: :math:`\lambda_i = 1`.

    Args:
        tasks: Names of the tasks.

    >>> import torch
    >>> losses = dict(seg=torch.tensor(2.0), depth=torch.tensor(1.0))
    >>> EqualWeighting(['seg', 'depth'])(losses).weights
    {'seg': tensor(1.), 'depth': tensor(1.)}
    """

    def compute_weights(self, batch: TaskLosses) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            batch: The losses of a batch.

        Returns:
            1 for each task.
        """
        return {task: loss.new_ones(()) for task, loss in batch.joined.items()}
