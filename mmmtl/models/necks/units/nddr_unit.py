from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from mmcv.cnn import build_norm_layer
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.necks.units.cross_stitch_unit import initial_shares


@MODELS.register_module()
class NDDRUnit(nn.Module):
    r"""Reduces the features of all tasks, side by side, to new ones for each task.

    `NDDR-CNN: Layerwise Feature Fusing in Multi-Task CNNs by Neural Discriminative Dimensionality
    Reduction <https://arxiv.org/abs/1801.08297>`_:

    .. math::
        \tilde x_i = \mathrm{ReLU}(\mathrm{BN}(W_i [x_1; \dots; x_K]))

    - :math:`W_i`: a convolution 1x1 without bias, one for each task. The paper's third part, weight
      decay, is the optimizer's.

    At the start :math:`W_i` gives each channel the tasks' same channel in the given shares, as the
    paper initialises it.

    Args:
        num_tasks: Number of tasks :math:`K`.
        channels: Channels of each task's features.
        own_share: What a task takes of its own features at the start, the other tasks share the
            rest equally. Defaults to the paper's 0.9.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
    """

    def __init__(
        self, num_tasks: int, channels: int, own_share: float = 0.9, norm_cfg: dict | None = None
    ) -> None:
        super().__init__()
        shares = initial_shares(num_tasks, own_share)
        # The convolutions of all tasks in one. It is no nn.Conv2d, so that no initialisation of a
        # whole network reaches it.
        self.weight = nn.Parameter(torch.kron(shares, torch.eye(channels))[..., None, None])
        self.norms = nn.ModuleList(
            build_norm_layer(norm_cfg or dict(type='BN'), channels)[1] for _ in range(num_tasks)
        )

    def forward(self, features: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Fuses the features.

        Args:
            features: One map for each task, all of shape (N, channels, H, W).

        Returns:
            As many maps of the same shape.
        """
        fused = F.conv2d(torch.cat(tuple(features), dim=1), self.weight).chunk(len(features), dim=1)
        return tuple(norm(x).relu() for norm, x in zip(self.norms, fused, strict=True))
