from __future__ import annotations

from typing import NamedTuple

from mmseg.models.backbones import ResNet
from mmseg.registry import MODELS
from torch import Tensor


class StageFeatures(NamedTuple):
    """What a stage of residual blocks computed, each of shape (N, C, H, W)."""

    before: Tensor
    """Input of the stage's last residual block."""
    output: Tensor
    """Output of the stage's last residual block."""


class ResNetFeatures(NamedTuple):
    """The stages of a ResNet, for necks that look inside of them."""

    stages: tuple[StageFeatures, ...]
    """From high resolution down."""


@MODELS.register_module()
class MTANResNet(ResNet):
    """A ResNet that shows what is before the last residual block of each stage.

    The arguments, the names of the weights and the values are those of mmseg's ``ResNet``;
    ``deep_stem=True`` makes it a ``ResNetV1c``. So weights for these can be loaded as usual, with
    ``init_cfg=dict(type='Pretrained', checkpoint=PATH)``.

    The neck for it is :class:`~mmmtl.models.necks.MTANResNetNeck`.
    """

    def forward(self, image: Tensor) -> ResNetFeatures:
        """Computes the features of a batch of images.

        Args:
            image: Shape (N, in_channels, H, W).

        Returns:
            The stages of ``out_indices``.
        """
        x = self.stem(image) if self.deep_stem else self.relu(self.norm1(self.conv1(image)))
        x = self.maxpool(x)
        stages = []
        for index, name in enumerate(self.res_layers):
            *first, last = getattr(self, name)
            for block in first:
                x = block(x)
            stage = StageFeatures(x, last(x))
            x = stage.output
            if index in self.out_indices:
                stages.append(stage)
        return ResNetFeatures(tuple(stages))
