from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor, nn

from mmmtl.models.backbones.unpooling import find_maxima, unpool, unpool_by_comparison
from mmmtl.models.exporting import is_exporting
from mmmtl.models.layers import ConvNormAct
from mmmtl.models.recomputation import recompute


class EncoderFeatures(NamedTuple):
    """What an encoder block computed."""

    first: Tensor
    """Output of the block's first convolution, shape (N, C, H, W)."""
    last: Tensor
    """Output of the block's last convolution, shape (N, C, H, W)."""
    pooled: Tensor
    """``last`` after max-pooling 2x2, shape (N, C, H // 2, W // 2)."""
    indices: Tensor
    """Where the maxima stood, the shape of ``pooled``; in exported graphs what
    :func:`.unpooling.find_maxima` gives."""

    def unpool(self, x: Tensor) -> Tensor:
        """Puts features where this block's maxima stood, and zeros elsewhere.

        Args:
            x: Features of the shape of ``pooled``.

        Returns:
            Features of the shape of ``last``.
        """
        size = self.last.shape[-2:]
        if is_exporting():
            return unpool_by_comparison(x, self.indices, size)
        return unpool(x, self.indices, size)


class DecoderFeatures(NamedTuple):
    """What a decoder block computed, each of shape (N, C, H, W)."""

    unpooled: Tensor
    """Input of the block's first convolution."""
    last: Tensor
    """Output of the block's last convolution."""


class SegNetBlock(nn.Module):
    """Convolutions 3x3 at one resolution, of an encoder or a decoder.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the last convolution's output.
        num_convs: Number of convolutions, at least 2.
        hidden_channels: Channels of the outputs before the last. Defaults to ``out_channels``.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        num_convs: int,
        hidden_channels: int | None = None,
        norm_cfg: dict | None = None,
    ) -> None:
        super().__init__()
        hidden = out_channels if hidden_channels is None else hidden_channels
        outputs = [hidden] * (num_convs - 2) + [out_channels]
        self.first = ConvNormAct(in_channels, hidden, norm_cfg=norm_cfg)
        self.others = nn.Sequential(
            *(ConvNormAct(hidden, channels, norm_cfg=norm_cfg) for channels in outputs)
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Applies the convolutions.

        Args:
            x: Shape (N, in_channels, H, W).

        Returns:
            The outputs of the first and of the last convolution.
        """
        first = self.first(x)
        return first, self.others(first)


def encode(block: nn.Module, x: Tensor, with_cp: bool = False) -> EncoderFeatures:
    """Applies a block of an encoder and its pooling.

    Args:
        block: The convolutions, a :class:`SegNetBlock`.
        x: Shape (N, in_channels, H, W).
        with_cp: Whether what lies between the convolutions is recomputed in backward. Defaults to
            False.

    Returns:
        What the block computed.
    """
    first, last = recompute(block, x, of=[block]) if with_cp else block(x)
    if is_exporting():
        return EncoderFeatures(first, last, F.max_pool2d(last, 2), find_maxima(last))
    return EncoderFeatures(first, last, *F.max_pool2d(last, 2, return_indices=True))


def segnet_blocks(
    inputs: Sequence[int],
    outputs: Sequence[int],
    num_convs: Sequence[int],
    hidden: Sequence[int] | None = None,
    norm_cfg: dict | None = None,
) -> list[SegNetBlock]:
    """Builds the blocks of an encoder or a decoder.

    Args:
        inputs: Input channels of each block.
        outputs: Output channels of each block.
        num_convs: Convolutions of each block.
        hidden: Channels of the outputs before the last of each block. Defaults to ``outputs``.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.

    Returns:
        The blocks.
    """
    channels = zip(inputs, outputs, num_convs, hidden or outputs, strict=True)
    return [SegNetBlock(*sizes, norm_cfg=norm_cfg) for sizes in channels]
