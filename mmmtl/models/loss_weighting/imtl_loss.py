from __future__ import annotations

from collections.abc import Sequence

import torch
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.loss_weighting.base import BaseLossWeighting, TaskLosses


@MODELS.register_module()
class IMTLLossWeighting(BaseLossWeighting):
    r"""Learns scales that bring all losses to the same size (IMTL-L).

    `Towards Impartial Multi-Task Learning <https://openreview.net/forum?id=IMPnRXEWpvr>`_, the loss
    balance (section 3.2). With :math:`s_i` learned, 0 at the start,

    .. math::
        L = \sum_i e^{s_i} L_i - s_i

    At the optimum :math:`e^{s_i} L_i = 1`. It is twice
    :class:`~mmmtl.models.loss_weighting.UncertaintyWeighting` in its symmetric form with the sign
    of :math:`s_i` changed, from another start. The gradient balance of the same paper, IMTL-G, is a
    gradient method.

    The network's optimizer learns :math:`s_i`. TorchJD's ``IMTLL`` gives the sum alone, of all
    tasks at once; here weight and regulariser are needed one by one, for the tasks of the batch.

    Args:
        tasks: Names of the tasks.
    """

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__(tasks)
        self.log_scale = nn.Parameter(torch.zeros(len(self.tasks)))

    def compute_weights(self, batch: TaskLosses) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            batch: The losses of a batch.

        Returns:
            ``exp(s_i)`` for each task, with a gradient.
        """
        return {
            task: log_scale.exp() for task, log_scale in self.select(self.log_scale, batch).items()
        }

    def regulariser(self, batch: TaskLosses) -> Tensor:
        """Gives what keeps the scales from shrinking.

        Args:
            batch: The losses of a batch.

        Returns:
            Minus the sum of ``s_i`` over the tasks of the batch, a scalar.
        """
        return -torch.stack(list(self.select(self.log_scale, batch).values())).sum()
