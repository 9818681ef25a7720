from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from mmmtl.models.backbones.segnet_block import DecoderFeatures, EncoderFeatures, segnet_blocks
from mmmtl.models.recomputation import recompute


class SegNetDecoder(nn.ModuleList):
    """The decoder of SegNet: the mirror image of an encoder; its children are the blocks.

    Args:
        widths: Output channels of the encoder blocks, from full resolution down.
        num_convs: Convolutions of each encoder block.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        with_cp: Whether to save memory in training, see :mod:`mmmtl.models.recomputation`. Defaults
            to False.
    """

    def __init__(
        self,
        widths: Sequence[int],
        num_convs: Sequence[int],
        norm_cfg: dict | None = None,
        with_cp: bool = False,
    ) -> None:
        outputs = decoder_widths(widths)
        super().__init__(segnet_blocks(widths[::-1], outputs, num_convs[::-1], norm_cfg=norm_cfg))
        self.with_cp = with_cp

    def forward(self, x: Tensor, encoded: Sequence[EncoderFeatures]) -> tuple[DecoderFeatures, ...]:
        """Decodes features.

        Args:
            x: Input of the deepest block, of the shape of the last encoder block's ``pooled``.
            encoded: The encoder's features, whose poolings are undone.

        Returns:
            The features of the blocks, from the deepest up to full resolution.
        """
        decoded: list[DecoderFeatures] = []
        for block, encoder in zip(self, reversed(encoded), strict=True):
            unpooled = encoder.unpool(x)
            _, x = recompute(block, unpooled, of=[block]) if self.with_cp else block(unpooled)
            decoded.append(DecoderFeatures(unpooled, x))
        return tuple(decoded)


def decoder_widths(widths: Sequence[int]) -> tuple[int, ...]:
    """Gives the output channels of the decoder blocks of a SegNet.

    Args:
        widths: Output channels of the encoder blocks, from full resolution down.

    Returns:
        The channels, from the deepest block up.
    """
    return (*reversed(widths[:-1]), widths[0])
