from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch.nn.functional as F
from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.layers import XAVIER_INIT, ConvNormAct


class EncoderFeatures(NamedTuple):
    """What an encoder block computed, each of shape (N, C, H, W), before its pooling."""

    first: Tensor
    """Output of the block's first convolution."""
    last: Tensor
    """Output of the block's last convolution."""


class DecoderFeatures(NamedTuple):
    """What a decoder block computed, each of shape (N, C, H, W)."""

    unpooled: Tensor
    """Input of the block's first convolution."""
    last: Tensor
    """Output of the block's last convolution."""


class SegNetFeatures(NamedTuple):
    """All blocks of a SegNet, for necks that look inside of them."""

    encoder: tuple[EncoderFeatures, ...]
    """From full resolution down."""
    decoder: tuple[DecoderFeatures, ...]
    """From the deepest block up to full resolution."""


@MODELS.register_module()
class SegNet(BaseModule):
    """SegNet: a VGG-16 encoder and its mirror image, joined by the indices of the max-pooling.

    `SegNet: A Deep Convolutional Encoder-Decoder Architecture for Image Segmentation
    <https://arxiv.org/abs/1511.00561>`_, in the form of `End-to-End Multi-Task Learning with
    Attention <https://arxiv.org/abs/1803.10704>`_: every convolution is 3x3 with bias, batch
    normalisation and ReLU; no dropout; the first convolution of a decoder block changes the width.

    Any input size of at least ``2 ** len(widths)`` works.

    Args:
        in_channels: Channels of the image. Defaults to 3.
        widths: Output channels of the encoder blocks, from full resolution down; the decoder
            mirrors them. Defaults to VGG-16's ``(64, 128, 256, 512, 512)``.
        num_convs: Convolutions of each encoder block, at least 2, mirrored too. Defaults to
            ``(2, 2, 3, 3, 3)``.
        return_blocks: Whether to return all blocks as :class:`SegNetFeatures` for a task neck such
            as :class:`~mmmtl.models.necks.MTANNeck`. Defaults to False: the outputs of the decoder
            blocks as a tuple, the deepest first, which mmseg's necks and heads read.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to the paper's, :data:`~mmmtl.models.layers.XAVIER_INIT`.
    """

    def __init__(
        self,
        in_channels: int = 3,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        num_convs: Sequence[int] = (2, 2, 3, 3, 3),
        return_blocks: bool = False,
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = XAVIER_INIT,
    ) -> None:
        super().__init__(init_cfg)
        if len(widths) != len(num_convs) or not widths:
            raise ValueError(
                f'widths and num_convs: expected one entry for each block, '
                f'found {list(widths)} and {list(num_convs)}.'
            )
        if min(num_convs) < 2:
            raise ValueError(
                f'num_convs: expected at least 2 in each block, found {list(num_convs)}.'
            )
        self.return_blocks = return_blocks
        inputs = (in_channels, *widths[:-1])
        self.encoder = _blocks(inputs, widths, num_convs, norm_cfg)
        self.decoder = _blocks(widths[::-1], decoder_widths(widths), num_convs[::-1], norm_cfg)

    def forward(self, image: Tensor) -> SegNetFeatures | tuple[Tensor, ...]:
        """Computes the features of a batch of images.

        Args:
            image: Shape (N, in_channels, H, W).

        Returns:
            The decoder blocks' outputs, the last of shape (N, widths[0], H, W), or with
            ``return_blocks`` the features of all blocks.
        """
        encoded, poolings = [], []
        x = image
        for block in self.encoder:
            features = EncoderFeatures(*block(x))
            x, indices = F.max_pool2d(features.last, 2, return_indices=True)
            encoded.append(features)
            poolings.append((indices, features.last.shape[-2:]))
        decoded = []
        for block, (indices, size) in zip(self.decoder, reversed(poolings), strict=True):
            unpooled = F.max_unpool2d(x, indices, (2, 2), output_size=size)
            x = block(unpooled)[1]
            decoded.append(DecoderFeatures(unpooled, x))
        if self.return_blocks:
            return SegNetFeatures(tuple(encoded), tuple(decoded))
        return tuple(features.last for features in decoded)


def decoder_widths(widths: Sequence[int]) -> tuple[int, ...]:
    """Gives the output channels of the decoder blocks of a SegNet.

    Args:
        widths: Output channels of the encoder blocks, from full resolution down.

    Returns:
        The channels, from the deepest block up.
    """
    return (*reversed(widths[:-1]), widths[0])


def _blocks(
    inputs: Sequence[int], outputs: Sequence[int], num_convs: Sequence[int], norm_cfg: dict | None
) -> nn.ModuleList:
    return nn.ModuleList(
        _Block(in_channels, out_channels, depth, norm_cfg)
        for in_channels, out_channels, depth in zip(inputs, outputs, num_convs, strict=True)
    )


class _Block(nn.Module):
    def __init__(
        self, in_channels: int, out_channels: int, num_convs: int, norm_cfg: dict | None
    ) -> None:
        super().__init__()
        self.first = ConvNormAct(in_channels, out_channels, norm_cfg=norm_cfg)
        self.others = nn.Sequential(
            *(
                ConvNormAct(out_channels, out_channels, norm_cfg=norm_cfg)
                for _ in range(num_convs - 1)
            )
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        first = self.first(x)
        return first, self.others(first)
