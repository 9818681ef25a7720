from __future__ import annotations

from mmcv.cnn import build_norm_layer
from torch import nn

XAVIER_INIT: list[dict] = [
    dict(type='Xavier', layer='Conv2d', distribution='normal'),
    dict(type='Constant', layer='_BatchNorm', val=1),
]
"""The initialisation of the MTAN paper: Xavier normal, zero biases, normalisations 1 and 0."""


class ConvNormAct(nn.Sequential):
    """Convolution with bias, normalisation and ReLU; with a stride of 1 the size is kept.

    The papers' convolutions have a bias although a normalisation follows; mmcv's ``ConvModule``
    advises against it at every construction.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        kernel_size: 1 or another odd number. Defaults to 3.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        act: The activation. Defaults to a ReLU in place.
        stride: Stride of the convolution. Defaults to 1.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int = 3,
        norm_cfg: dict | None = None,
        act: nn.Module | None = None,
        stride: int = 1,
    ) -> None:
        super().__init__(
            nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding=kernel_size // 2),
            build_norm_layer(norm_cfg or dict(type='BN'), out_channels)[1],
            nn.ReLU(inplace=True) if act is None else act,
        )
