"""Attention in the form of MTAN's first preprint: of one block, and of a whole encoder."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmmtl.models.backbones.segnet_block import EncoderFeatures
from mmmtl.models.layers import ConvNormAct


class AttentionV1(nn.Module):
    r"""The attention of one task over one set of shared features, in the preprint's form.

    First preprint of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704v1>`__. The attended features are

    .. math::
        \hat a_j = (h_j(g_j([u_j; f_j(\hat a_{j-1})])) + 1) \odot p_j.

    - :math:`u_j, p_j`: shared features before and after a change of resolution;
    - :math:`f_j, g_j`: convolution 3x3, normalisation and ReLU; :math:`g_j` also makes the change
      of resolution, by a stride of 2 in the encoder, by bilinear upsampling of its output (aligned
      corners) in the decoder;
    - :math:`h_j`: convolution 1x1, normalisation and sigmoid.

    Args:
        shared_channels: Channels of :math:`u_j`.
        own_channels: Channels of :math:`\hat a_{j-1}`; 0 where there is none, which leaves
            :math:`f_j` out.
        channels: Channels of :math:`p_j`.
        f_channels: Output channels of :math:`f_j`.
        g_channels: Output channels of :math:`g_j`.
        downsample: Whether :math:`p_j` has half the size of :math:`u_j`, in the encoder; otherwise
            it is larger, in the decoder.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
    """

    def __init__(
        self,
        shared_channels: int,
        own_channels: int,
        channels: int,
        f_channels: int,
        g_channels: int,
        downsample: bool,
        norm_cfg: dict | None = None,
    ) -> None:
        super().__init__()
        joined = shared_channels
        if own_channels:
            self.f = ConvNormAct(own_channels, f_channels, norm_cfg=norm_cfg)
            joined += f_channels
        self.downsample = downsample
        stride = 2 if downsample else 1
        self.g = ConvNormAct(joined, g_channels, norm_cfg=norm_cfg, stride=stride)
        self.h = ConvNormAct(
            g_channels, channels, kernel_size=1, norm_cfg=norm_cfg, act=nn.Sigmoid()
        )

    def forward(self, u: Tensor, own: Tensor | None, p: Tensor) -> Tensor:
        """Attends to shared features.

        Args:
            u: Shared features, shape (N, shared_channels, H, W).
            own: The attended features from the block before, shape (N, own_channels, H, W), or
                None where there is none.
            p: Shared features after the change of resolution, shape (N, channels, H', W').

        Returns:
            The attended features, the shape of ``p``.
        """
        x = self.g(u if own is None else torch.cat([u, self.f(own)], dim=1))
        height, width = p.shape[-2:]
        if self.downsample:  # crops what an odd size made larger than the pooling did
            x = F.pad(x, (0, width - x.shape[-1], 0, height - x.shape[-2]))
        else:
            x = F.interpolate(x, size=(height, width), mode='bilinear', align_corners=True)
        return (self.h(x) + 1) * p


class EncoderAttentionV1(nn.ModuleList):
    r"""The attention of one task over the encoder of a SegNet, in the preprint's form.

    In block :math:`j`, :math:`u_j` is the output of the shared block's first convolution, and
    :math:`p_j` its pooled output. The paper leaves the widths open: see
    :class:`~mmmtl.models.necks.MTANv1Neck`.

    Args:
        widths: Output channels of the encoder blocks, from full resolution down.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
    """

    def __init__(self, widths: Sequence[int], norm_cfg: dict | None = None) -> None:
        handed_down = (0, *widths[:-1])
        super().__init__(
            AttentionV1(
                width, own, width, max(1, own // 4), width, downsample=True, norm_cfg=norm_cfg
            )
            for width, own in zip(widths, handed_down, strict=True)
        )

    def forward(self, encoded: Sequence[EncoderFeatures]) -> tuple[Tensor, ...]:
        """Attends to all blocks.

        Args:
            encoded: The features of the shared encoder's blocks.

        Returns:
            The attended features of the blocks, of the shapes of the pooled features.
        """
        attended: list[Tensor] = []
        for attention, shared in zip(self, encoded, strict=True):
            own = attended[-1] if attended else None
            attended.append(attention(shared.first, own, shared.pooled))
        return tuple(attended)
