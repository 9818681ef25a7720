from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import torch
from torch import Tensor, nn

from mmmtl.models.asked import asked_of


class MultiModalDistillation(nn.Module):
    r"""Lets each task take from the other tasks' features what its own attention lets through.

    The attention-guided message passing, module C, of `PAD-Net: Multi-Tasks Guided
    Prediction-and-Distillation Network for Simultaneous Depth Estimation and Scene Parsing
    <https://arxiv.org/abs/1805.04409>`_, equations 2 and 3:

    .. math::
        G^k = \sigma(W_g^k \otimes F^k), \qquad
        \hat F^k = F^k + \sum_{t \neq k} G^k \odot (W_{t,k} \otimes F^t)

    - :math:`F^k`: features of task :math:`k`'s initial prediction;
    - :math:`W_g^k`, :math:`W_{t,k}`: convolutions 3x3 with bias, one for each task and one for each
      pair of tasks. All :math:`W_{t,k}` of one :math:`k` are one convolution of the concatenated
      features, which is the same sum.

    The gate is the receiver's: one for each task :math:`k`, computed from its own features, for the
    messages of all others. The `code of MTI-Net's authors
    <https://github.com/SimonVandenhende/Multi-Task-Learning-PyTorch>`_, with whose PAD-Net papers
    mostly compare, gates at the sender, by two convolutions without bias for each pair of tasks:
    :math:`\sum_{t \neq k} \sigma(W_g^{t,k} \otimes F^t) \odot (W_{t,k} \otimes F^t)`.

    A single task has nobody to take from: its features are returned as they are.

    Args:
        tasks: Names of the tasks.
        channels: Channels of each task's features.
    """

    def __init__(self, tasks: Sequence[str], channels: int) -> None:
        super().__init__()
        senders = len(tasks) - 1
        receivers = tasks if senders else ()
        self.gates = nn.ModuleDict(
            {task: nn.Conv2d(channels, channels, 3, padding=1) for task in receivers}
        )
        self.messages = nn.ModuleDict(
            {task: nn.Conv2d(senders * channels, channels, 3, padding=1) for task in receivers}
        )

    def forward(
        self, features: Mapping[str, Tensor], tasks: Collection[str] | None = None
    ) -> dict[str, Tensor]:
        """Passes the messages.

        Args:
            features: For each task a map of shape (N, channels, H, W), all of one size.
            tasks: The tasks that receive. Defaults to all.

        Returns:
            For each task that receives a map of the same shape.
        """
        distilled = {task: features[task] for task in asked_of(features, tasks)}
        for task in asked_of(self.gates, distilled):
            others = [x for other, x in features.items() if other != task]
            message = self.messages[task](torch.cat(others, dim=1))
            gate = self.gates[task](features[task]).sigmoid()
            distilled[task] = features[task] + gate * message
        return distilled
