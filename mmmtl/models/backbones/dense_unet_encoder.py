from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from mmcv.cnn import build_norm_layer
from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.recomputation import recompute

KAIMING_INIT: list[dict] = [
    dict(type='Kaiming', layer='Conv2d', mode='fan_in'),
    dict(type='Constant', layer='_BatchNorm', val=1),
]
"""U-Net's initialisation (section 3 of its paper): a convolution's weights are drawn with variance
2 over the number of its inputs; zero biases, normalisations 1 and 0."""


class ConvActNorm(nn.Sequential):
    """Convolution 3x3 with bias, ReLU and normalisation, in this order; the size is kept.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
    """

    def __init__(self, in_channels: int, out_channels: int, norm_cfg: dict | None = None) -> None:
        super().__init__(
            nn.Conv2d(in_channels, out_channels, 3, padding=1),
            nn.ReLU(inplace=True),
            build_norm_layer(norm_cfg or dict(type='BN'), out_channels)[1],
        )


@MODELS.register_module()
class DenseUNetEncoder(BaseModule):
    r"""The encoder and bottleneck of MT-UNet: a U-Net whose blocks are connected as in DenseNet.

    Each block :math:`b` has two convolutions, every one of them followed by ReLU and normalisation:

    .. math::
        y_1 = c_1(x_b), \quad e_b = c_2([x_b; y_1]), \quad
        x_{b+1} = \mathrm{maxpool}_{2 \times 2}(\mathrm{dropout}(e_b))

    The bottleneck is two more convolutions without dense connections, and a transposed convolution
    2x2 of stride 2, all of the same width.

    The blocks follow `U-Net <https://arxiv.org/abs/1505.04597>`_ and `Densely Connected
    Convolutional Networks <https://arxiv.org/abs/1608.06993>`_. What MT-UNet's text leaves open:

    - a block's output is :math:`e_b` alone, of the block's width, not the concatenation of all;
    - the decoders read :math:`e_b` before dropout; dropout drops single values, at DenseNet's rate;
    - of an odd height or width the pooling drops the last row or column, and the result of the
      transposed convolution is twice the pooled size: the decoder resizes it.

    Any input size of at least ``2 ** len(widths)`` works.

    Args:
        in_channels: Channels of the image. Defaults to 3.
        widths: Output channels of the blocks, from full resolution down. Defaults to
            ``(64, 128, 256, 512)``.
        bottleneck_width: Output channels of the bottleneck. Defaults to 1024.
        dropout_ratio: Share of values that is dropped in training, in [0, 1). Defaults to 0.2.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        with_cp: Whether to save memory in training, see :mod:`mmmtl.models.recomputation`. Defaults
            to False.
        init_cfg: Initialisation. Defaults to U-Net's, :data:`KAIMING_INIT`; the transposed
            convolution keeps torch's.
    """

    def __init__(
        self,
        in_channels: int = 3,
        widths: Sequence[int] = (64, 128, 256, 512),
        bottleneck_width: int = 1024,
        dropout_ratio: float = 0.2,
        norm_cfg: dict | None = None,
        with_cp: bool = False,
        init_cfg: dict | list[dict] | None = KAIMING_INIT,
    ) -> None:
        super().__init__(init_cfg)
        if not 0 <= dropout_ratio < 1:
            raise ValueError(f'dropout_ratio: expected a number in [0, 1), found {dropout_ratio}.')
        self.with_cp = with_cp
        inputs = (in_channels, *widths[:-1])
        self.blocks = nn.ModuleList(
            _DenseBlock(*channels, norm_cfg=norm_cfg)
            for channels in zip(inputs, widths, strict=True)
        )
        self.dropout = nn.Dropout(dropout_ratio)
        self.bottleneck = nn.Sequential(
            ConvActNorm(widths[-1], bottleneck_width, norm_cfg),
            ConvActNorm(bottleneck_width, bottleneck_width, norm_cfg),
        )
        self.upsample = nn.ConvTranspose2d(bottleneck_width, bottleneck_width, 2, stride=2)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Computes the features of a batch of images.

        Args:
            image: Shape (N, in_channels, H, W).

        Returns:
            The blocks' outputs before dropout and pooling, from full resolution down, the first of
            shape (N, widths[0], H, W); and last the bottleneck's, at the deepest block's size.
        """
        x = image
        outputs = []
        for block in self.blocks:
            outputs.append(recompute(block, x, of=[block]) if self.with_cp else block(x))
            x = F.max_pool2d(self.dropout(outputs[-1]), 2)
        return (*outputs, self.upsample(self.bottleneck(x)))


class _DenseBlock(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, norm_cfg: dict | None) -> None:
        super().__init__()
        self.first = ConvActNorm(in_channels, out_channels, norm_cfg)
        self.second = ConvActNorm(in_channels + out_channels, out_channels, norm_cfg)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(torch.cat([x, self.first(x)], dim=1))
