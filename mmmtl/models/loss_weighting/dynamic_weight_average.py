from __future__ import annotations

from collections.abc import Sequence

import torch
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.loss_weighting.base import TaskLosses
from mmmtl.models.loss_weighting.epoch_weighting import EpochLossWeighting

_EPS = 1e-12  # in float64: keeps a ratio finite, changes no other


@MODELS.register_module()
class DynamicWeightAverage(EpochLossWeighting):
    r"""Weighs the tasks by how fast their losses fell: a slow one gets more weight.

    `End-to-End Multi-Task Learning with Attention <https://arxiv.org/abs/1803.10704>`__,
    equation 7.

    .. math::
        \lambda_i(t) = K \frac{\exp(w_i(t-1) / T)}{\sum_k \exp(w_k(t-1) / T)}, \qquad
        w_i(t-1) = \frac{L_i(t-1)}{L_i(t-2)}

    - :math:`L_i(t)`: mean of the task's unweighted loss over all labelled images of epoch
      :math:`t`, on all processes;
    - :math:`T`: the temperature; the larger, the more equal the weights;
    - :math:`K`: the number of tasks.

    :math:`w_i = 1` until the task has had two epochs, so that the weights differ from the third
    epoch on. An epoch without any label of a task is none for that task: its two last means stay.
    Where a loss reached 0, :math:`w_i` is 1 if it stays there, and very large, not infinite, if it
    leaves.

    Args:
        tasks: Names of the tasks.
        temperature: :math:`T`, more than 0: 2 in the CVPR paper, 20 in its first preprint. Defaults
            to 2.

    Raises:
        ValueError: If the temperature is not positive.

    >>> import torch
    >>> weighting = DynamicWeightAverage(['seg', 'depth'])
    >>> for seg, depth in ((1.0, 1.0), (1.0, 0.5)):  # the losses of two epochs
    ...     _ = weighting(dict(seg=torch.tensor(seg), depth=torch.tensor(depth)))
    ...     weighting.end_step()
    ...     weighting.end_epoch()
    >>> weights = weighting(dict(seg=torch.tensor(1.0), depth=torch.tensor(0.5))).weights
    >>> [round(float(weight), 4) for weight in weights.values()]  # depth fell faster
    [1.1244, 0.8756]
    """

    means: Tensor
    """:math:`L_i(t-2)` and :math:`L_i(t-1)`, shape (2, K)."""
    epochs: Tensor
    """Number of epochs with labels of each task, shape (K,)."""

    def __init__(self, tasks: Sequence[str], temperature: float = 2.0) -> None:
        super().__init__(tasks)
        if not temperature > 0:
            raise ValueError(f'temperature: expected a number > 0, found {temperature}.')
        self.temperature = temperature
        count = len(self.tasks)
        self.register_buffer('means', torch.zeros(2, count, dtype=torch.float64))
        self.register_buffer('epochs', torch.zeros(count, dtype=torch.int64))

    def compute_weights(self, batch: TaskLosses) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            batch: The losses of a batch.

        Returns:
            The weights of the epoch; those of all tasks add up to their number.
        """
        older, newer = self.means
        rates = torch.where(self.epochs < 2, 1.0, (newer + _EPS) / (older + _EPS))
        weights = len(self.tasks) * torch.softmax(rates / self.temperature, dim=0).float()
        return self.select(weights, batch)

    def remember_epoch(self) -> None:
        """Keeps the means of the epoch that is over.

        Raises:
            ValueError: If a mean is negative: the method compares ratios.
        """
        mean, seen = self.epoch.mean, self.epoch.seen
        if (mean < 0).any():
            found = dict(zip(self.tasks, mean.tolist(), strict=True))
            raise ValueError(f'DynamicWeightAverage: expected losses >= 0, found means {found}.')
        self.means.copy_(torch.where(seen, torch.stack([self.means[1], mean]), self.means))
        self.epochs += seen
