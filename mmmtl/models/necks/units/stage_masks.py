from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmmtl.models.necks.units.attention_masks import BottleneckMask


class StageMasks(nn.Module):
    r"""The masks of one task over the stages of a backbone.

    Equation 1 of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704>`__, for stages of any number and size: task :math:`i` keeps
    of stage :math:`j`

    .. math::
        \hat a_j^i = h_j^i(g_j^i([u_j; r(f_{j-1}(\hat a_{j-1}^i))])) \odot p_j.

    - :math:`u_j`: what the mask sees of the stage;
    - :math:`p_j`: what the mask is applied to;
    - :math:`f_j`: shared by all tasks, changes the channels to those of stage :math:`j + 1`;
    - :math:`r`: changes the size, see :func:`resize_to_stage`.

    Args:
        in_channels: Channels of the stages.
        reduction: How many times narrower the masks are inside. Defaults to 1.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
    """

    def __init__(
        self, in_channels: Sequence[int], reduction: int = 1, norm_cfg: dict | None = None
    ) -> None:
        super().__init__()
        if not 1 <= reduction <= min(in_channels):
            raise ValueError(
                f'reduction: expected 1 to {min(in_channels)}, the channels of the narrowest '
                f'stage, found {reduction}.'
            )
        seen = (in_channels[0], *(2 * channels for channels in in_channels[1:]))
        self.masks = nn.ModuleList(
            BottleneckMask(see, channels // reduction, channels, norm_cfg)
            for see, channels in zip(seen, in_channels, strict=True)
        )

    def forward(
        self, seen: Sequence[Tensor], masked: Sequence[Tensor], shared: nn.ModuleList
    ) -> tuple[Tensor, ...]:
        """Attends to the stages, one after the other.

        Args:
            seen: :math:`u_j` of each stage, shape (N, C_j, H_j, W_j).
            masked: :math:`p_j` of each stage, of the same shapes.
            shared: :math:`f_j` of each stage but the last.

        Returns:
            The attended features of each stage, of the same shapes.
        """
        attended: list[Tensor] = []
        for u, p, mask in zip(seen, masked, self.masks, strict=True):
            if attended:
                own = resize_to_stage(shared[len(attended) - 1](attended[-1]), u.shape[-2:])
                u = torch.cat([u, own], dim=1)
            attended.append(mask(u) * p)
        return tuple(attended)


def resize_to_stage(x: Tensor, size: Sequence[int]) -> Tensor:
    """Brings features to the size of the next stage, with the operations of MTAN.

    Args:
        x: Shape (N, C, H, W).
        size: The new height and width. Smaller in both: max-pooling, which for half the size is
            that of 2x2. The same: nothing. Else: bilinear, with aligned corners.

    Returns:
        A tensor of shape (N, C, *size).
    """
    height, width = x.shape[-2:]
    if (height, width) == tuple(size):
        return x
    if size[0] <= height and size[1] <= width:
        return F.adaptive_max_pool2d(x, tuple(size))
    return F.interpolate(x, size=tuple(size), mode='bilinear', align_corners=True)
