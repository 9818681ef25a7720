"""Feature propagation of MTI-Net, and the residual block that it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from mmcv.cnn import ConvModule
from mmseg.models.utils import BasicBlock, SELayer
from torch import Tensor, nn

_SHRINK = 4
"""How many times fewer channels the attention's hidden layers have than all tasks together."""


class FeaturePropagation(nn.Module):
    r"""Hands the features of all tasks at one scale to each task at the next finer scale.

    The feature propagation module of `MTI-Net: Multi-Scale Task Interaction Networks for
    Multi-Task Learning <https://arxiv.org/abs/2001.06902>`_. Of the tasks' features
    :math:`F^k`, a shared representation is made by attention over the tasks, and each task adds to
    its own features what it selects of it:

    .. math::
        (a^1, \dots, a^K) = \mathrm{softmax}_k(f([F^1; \dots; F^K])), \quad
        S = r([a^1 \odot F^1; \dots; a^K \odot F^K]), \quad
        P^k = F^k + \mathrm{SE}^k(S)

    - :math:`f`: two residual blocks, the hidden width a quarter of all channels together, and a
      convolution 1x1; its output is one map of C channels for each task, and the softmax is over
      the tasks, for each channel and position;
    - :math:`r`: a residual block that reduces K C channels to C;
    - :math:`\mathrm{SE}^k`: squeeze-and-excitation with a sigmoid, one for each task.

    With one task the attention is 1 everywhere, and :math:`f` learns nothing.

    What differs from the `authors' code
    <https://github.com/SimonVandenhende/Multi-Task-Learning-PyTorch>`_: its softmax is over each
    :math:`K` neighbouring channels of the concatenated features, which are channels of one task;
    and the squeeze-and-excitation has a sixteenth of the channels inside there, here 8 at least.

    Args:
        tasks: Names of the tasks.
        channels: Channels :math:`C` of each task's features.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
    """

    def __init__(self, tasks: Sequence[str], channels: int, norm_cfg: dict | None = None) -> None:
        super().__init__()
        joined = len(tasks) * channels
        hidden = max(joined // _SHRINK, 1)
        self.attention = nn.Sequential(
            residual_block(joined, hidden, norm_cfg),
            residual_block(hidden, hidden, norm_cfg),
            nn.Conv2d(hidden, joined, 1),
        )
        self.reduction = residual_block(joined, channels, norm_cfg)
        self.selection = nn.ModuleDict(
            {
                task: SELayer(channels, act_cfg=(dict(type='ReLU'), dict(type='Sigmoid')))
                for task in tasks
            }
        )

    def forward(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Computes what goes to the next scale.

        Args:
            features: For each task a map of shape (N, channels, H, W), all of one size.

        Returns:
            For each task a map of the same shape.
        """
        stacked = torch.stack([features[task] for task in self.selection], dim=1)
        scores = self.attention(stacked.flatten(1, 2)).view_as(stacked)
        shared = self.reduction((scores.softmax(dim=1) * stacked).flatten(1, 2))
        return {task: features[task] + select(shared) for task, select in self.selection.items()}


def residual_block(in_channels: int, out_channels: int, norm_cfg: dict | None = None) -> BasicBlock:
    """Builds the basic block of a ResNet, whose shortcut adapts the channels where it must.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output, which has the input's size.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.

    Returns:
        The block.
    """
    norm_cfg = norm_cfg or dict(type='BN')
    shortcut = None
    if in_channels != out_channels:
        shortcut = ConvModule(in_channels, out_channels, 1, norm_cfg=norm_cfg, act_cfg=None)
    return BasicBlock(in_channels, out_channels, downsample=shortcut, norm_cfg=norm_cfg)
