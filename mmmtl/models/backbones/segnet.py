from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.backbones.segnet_block import DecoderFeatures, EncoderFeatures
from mmmtl.models.backbones.segnet_decoder import SegNetDecoder
from mmmtl.models.backbones.segnet_encoder import SegNetEncoder
from mmmtl.models.layers import XAVIER_INIT


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
    Attention <https://arxiv.org/abs/1803.10704>`__: every convolution is 3x3 with bias, batch
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
        with_cp: Whether to save memory in training, see :mod:`mmmtl.models.recomputation`. Defaults
            to False.
        init_cfg: Initialisation. Defaults to the paper's, :data:`~mmmtl.models.layers.XAVIER_INIT`.
    """

    def __init__(
        self,
        in_channels: int = 3,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        num_convs: Sequence[int] = (2, 2, 3, 3, 3),
        return_blocks: bool = False,
        norm_cfg: dict | None = None,
        with_cp: bool = False,
        init_cfg: dict | list[dict] | None = XAVIER_INIT,
    ) -> None:
        super().__init__(init_cfg)
        self.return_blocks = return_blocks
        self.encoder = SegNetEncoder(
            in_channels, widths, num_convs, norm_cfg, with_cp, init_cfg=None
        )
        self.decoder = SegNetDecoder(widths, num_convs, norm_cfg, with_cp)

    def forward(self, image: Tensor) -> SegNetFeatures | tuple[Tensor, ...]:
        """Computes the features of a batch of images.

        Args:
            image: Shape (N, in_channels, H, W).

        Returns:
            The decoder blocks' outputs, the last of shape (N, widths[0], H, W), or with
            ``return_blocks`` the features of all blocks.
        """
        encoded = self.encoder(image)
        decoded = self.decoder(encoded[-1].pooled, encoded)
        if self.return_blocks:
            return SegNetFeatures(encoded, decoded)
        return tuple(features.last for features in decoded)


def checked_blocks(features: object, neck: str) -> SegNetFeatures:
    """Makes sure that a neck received all blocks of a SegNet.

    Args:
        features: What the backbone returned.
        neck: Name of the neck, for the error.

    Returns:
        The same features.

    Raises:
        ValueError: If the backbone does not return its blocks.
    """
    if not isinstance(features, SegNetFeatures):
        raise ValueError(
            f'{neck}: expected the blocks of a SegNet, found {type(features).__name__}; '
            'set backbone.return_blocks=True.'
        )
    return features
