from __future__ import annotations

from collections.abc import Sequence

from mmengine.model import ModuleList
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.backbones.segnet_block import EncoderFeatures, encode, segnet_blocks
from mmmtl.models.layers import XAVIER_INIT


@MODELS.register_module()
class SegNetEncoder(ModuleList):
    """The encoder of SegNet alone, for necks that bring decoders of their own.

    It is the encoder of :class:`~mmmtl.models.backbones.SegNet`; its children are the blocks.

    Args:
        in_channels: Channels of the image. Defaults to 3.
        widths: Output channels of the blocks, from full resolution down. Defaults to VGG-16's
            ``(64, 128, 256, 512, 512)``.
        num_convs: Convolutions of each block, at least 2. Defaults to ``(2, 2, 3, 3, 3)``.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        with_cp: Whether to save memory in training, see :mod:`mmmtl.models.recomputation`. Defaults
            to False.
        init_cfg: Initialisation. Defaults to the paper's, :data:`~mmmtl.models.layers.XAVIER_INIT`.

    Raises:
        ValueError: If ``widths`` and ``num_convs`` do not describe the same blocks.
    """

    def __init__(
        self,
        in_channels: int = 3,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        num_convs: Sequence[int] = (2, 2, 3, 3, 3),
        norm_cfg: dict | None = None,
        with_cp: bool = False,
        init_cfg: dict | list[dict] | None = XAVIER_INIT,
    ) -> None:
        if len(widths) != len(num_convs) or not widths:
            raise ValueError(
                f'widths and num_convs: expected one entry for each block, '
                f'found {list(widths)} and {list(num_convs)}.'
            )
        if min(num_convs) < 2:
            raise ValueError(
                f'num_convs: expected at least 2 in each block, found {list(num_convs)}.'
            )
        inputs = (in_channels, *widths[:-1])
        super().__init__(segnet_blocks(inputs, widths, num_convs, norm_cfg=norm_cfg), init_cfg)
        self.with_cp = with_cp

    def forward(self, image: Tensor) -> tuple[EncoderFeatures, ...]:
        """Computes the features of a batch of images.

        Args:
            image: Shape (N, in_channels, H, W).

        Returns:
            The features of the blocks, from full resolution down.
        """
        encoded: list[EncoderFeatures] = []
        x = image
        for block in self:
            encoded.append(encode(block, x, self.with_cp))
            x = encoded[-1].pooled
        return tuple(encoded)
