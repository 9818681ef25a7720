from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor, nn


@MODELS.register_module()
class SimpleFeaturePyramid(BaseModule):
    """A pyramid from the last map of a plain transformer, for necks and heads that read one.

    `Exploring Plain Vision Transformer Backbones for Object Detection
    <https://arxiv.org/abs/2203.16527>`_, section 3: the last map alone is brought to four scales,
    each followed by a convolution 1x1 and one 3x3 with a layer normalisation after each.

    ======= ======================================================================
    scale   how
    ======= ======================================================================
    4       transposed convolution 2x2, layer normalisation, GELU, the same without
    2       transposed convolution 2x2
    1       as it is
    1/2     maximum of 2x2
    ======= ======================================================================

    Args:
        in_channels: Channels of the last map; a transposed convolution halves them.
        out_channels: Channels of each level. Defaults to 256.
        init_cfg: Initialisation. Defaults to that of torch.

    Raises:
        ValueError: If ``in_channels`` is no multiple of 4.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int = 256,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if in_channels % 4:
            raise ValueError(f'in_channels: expected a multiple of 4, found {in_channels}.')
        half, quarter = in_channels // 2, in_channels // 4
        scales: list[tuple[nn.Module, int]] = [
            (
                nn.Sequential(
                    nn.ConvTranspose2d(in_channels, half, 2, stride=2),
                    ChannelNorm(half),
                    nn.GELU(),
                    nn.ConvTranspose2d(half, quarter, 2, stride=2),
                ),
                quarter,
            ),
            (nn.ConvTranspose2d(in_channels, half, 2, stride=2), half),
            (nn.Identity(), in_channels),
            (nn.MaxPool2d(2, ceil_mode=True), in_channels),
        ]
        self.levels = nn.ModuleList(
            nn.Sequential(
                resize,
                nn.Conv2d(channels, out_channels, 1, bias=False),
                ChannelNorm(out_channels),
                nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
                ChannelNorm(out_channels),
            )
            for resize, channels in scales
        )

    def forward(self, features: Sequence[Any]) -> tuple[Tensor, ...]:
        """Computes the levels.

        Args:
            features: What the backbone gives; the last is a map of shape (N, in_channels, H, W).

        Returns:
            Maps of shape (N, out_channels, h, w), whose h and w are four, two and one times, and
            half of the map's (rounded up).

        Raises:
            ValueError: If the last is no map.
        """
        last = features[-1]
        if not isinstance(last, Tensor):
            raise ValueError(
                'SimpleFeaturePyramid: expected a map as the last output of the backbone, found '
                f'{type(last).__name__}; pairs of map and class token (output_cls_token=True) are '
                'for DPTHead.'
            )
        return tuple(level(last) for level in self.levels)


class ChannelNorm(nn.LayerNorm):
    """Layer normalisation over the channels of each pixel of a map (N, C, H, W)."""

    def forward(self, x: Tensor) -> Tensor:
        """Normalises.

        Args:
            x: Shape (N, C, H, W).

        Returns:
            A tensor of the same shape.
        """
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
