from __future__ import annotations

from mmcv.cnn import build_norm_layer
from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.layers import XAVIER_INIT

_FINAL_MOMENTUM = 0.9


@MODELS.register_module()
class WideResNet(BaseModule):
    """Wide ResNet, as MTAN uses it for image classification.

    `Wide Residual Networks <https://arxiv.org/abs/1605.07146>`_: a stem and three groups of
    pre-activation blocks, of (depth - 4) / 6 blocks each, that are ``widen_factor`` times as wide
    as a ResNet's. In the form of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704>`__, section 4.2 and its public code, for images of 72x72:

    - convolutions have a bias;
    - the first block of **each** group halves the size, in its second convolution;
    - the normalisation after the last block has a momentum of 0.9: its running statistics are
      mostly those of the last batch.

    Args:
        depth: Number of convolutions, 6 n + 4. Defaults to 28.
        widen_factor: The width of the groups, in units of 16, 32 and 64. Defaults to 4.
        in_channels: Channels of the image. Defaults to 3.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to the paper's, :data:`~mmmtl.models.layers.XAVIER_INIT`.

    Raises:
        ValueError: If there is no such depth or width.
    """

    def __init__(
        self,
        depth: int = 28,
        widen_factor: int = 4,
        in_channels: int = 3,
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = XAVIER_INIT,
    ) -> None:
        super().__init__(init_cfg)
        if depth < 10 or (depth - 4) % 6:
            raise ValueError(f'depth: expected 6 n + 4 with n >= 1, such as 28, found {depth}.')
        if widen_factor < 1:
            raise ValueError(f'widen_factor: expected at least 1, found {widen_factor}.')
        norm_cfg = norm_cfg or dict(type='BN')
        self.widths = (16, *(width * widen_factor for width in (16, 32, 64)))
        self.stem = nn.Conv2d(in_channels, self.widths[0], kernel_size=3, padding=1)
        self.groups = nn.ModuleList()
        channels = self.widths[0]
        for width in self.widths[1:]:
            blocks = []
            for stride in (2, *[1] * ((depth - 4) // 6 - 1)):
                blocks.append(PreActivationBlock(channels, width, stride, norm_cfg))
                channels = width
            self.groups.append(nn.Sequential(*blocks))
        final = {'momentum': _FINAL_MOMENTUM, **norm_cfg} if 'BN' in norm_cfg['type'] else norm_cfg
        self.norm = build_norm_layer(final, channels)[1]
        self.relu = nn.ReLU(inplace=True)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Computes the features of a batch of images.

        Args:
            image: Shape (N, in_channels, H, W).

        Returns:
            The output of the stem, (N, 16, H, W), and of the three groups,
            (N, 64 * widen_factor, H / 8, W / 8) the last; only that is normalised and activated.
        """
        features = [self.stem(image)]
        for group in self.groups:
            features.append(group(features[-1]))
        features[-1] = self.relu(self.norm(features[-1]))
        return tuple(features)


class PreActivationBlock(nn.Module):
    """Two convolutions 3x3, each after a normalisation and a ReLU, and a shortcut around them.

    The shortcut is a convolution 1x1 where size or channels change. It starts from the block's
    input as it is, without normalisation and ReLU.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        stride: Stride of the second convolution.
        norm_cfg: Config of the normalisation.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int, norm_cfg: dict) -> None:
        super().__init__()
        self.norm1 = build_norm_layer(norm_cfg, in_channels)[1]
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1)
        self.norm2 = build_norm_layer(norm_cfg, out_channels)[1]
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, stride=stride, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        """Adds what the convolutions find to the shortcut.

        Args:
            x: Shape (N, in_channels, H, W).

        Returns:
            Shape (N, out_channels, H / stride, W / stride).
        """
        out = self.conv1(self.relu(self.norm1(x)))
        return self.conv2(self.relu(self.norm2(out))) + self.shortcut(x)
