from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule
from mmseg.models.decode_heads.aspp_head import ASPPModule
from mmseg.registry import MODELS
from torch import Tensor, nn


@MODELS.register_module()
class ASPPNeck(BaseModule):
    """Atrous spatial pyramid pooling of the last feature map.

    `Rethinking Atrous Convolution for Semantic Image Segmentation
    <https://arxiv.org/abs/1706.05587>`_, section 3.3: convolutions of several dilations and the
    mean over the image, side by side, joined by a convolution 1x1. A head with one convolution 3x3
    with normalisation and ReLU after it is a DeepLabV3 head, for any kind of task.

    mmseg's ``ASPPHead`` joins the branches by its convolution 3x3, and only predicts classes.

    Args:
        in_channels: Channels of the last feature map.
        channels: Channels of each branch and of the result. Defaults to 256.
        dilations: Dilations of the branches; one of 1 is a convolution 1x1. Defaults to
            ``(1, 12, 24, 36)``, for features of stride 8.
        dropout_ratio: Dropout of the result. Defaults to 0.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to that of mmcv's ``ConvModule``, Kaiming normal.
    """

    def __init__(
        self,
        in_channels: int,
        channels: int = 256,
        dilations: Sequence[int] = (1, 12, 24, 36),
        dropout_ratio: float = 0.0,
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        norm_cfg = norm_cfg or dict(type='BN')
        relu = dict(type='ReLU')
        self.branches = ASPPModule(dilations, in_channels, channels, None, norm_cfg, relu)
        self.image_branch = ConvModule(in_channels, channels, 1, norm_cfg=norm_cfg)
        joined = (len(dilations) + 1) * channels
        self.project = ConvModule(joined, channels, 1, norm_cfg=norm_cfg)
        self.dropout = nn.Dropout(dropout_ratio)

    def forward(self, features: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Replaces the last feature map.

        Args:
            features: Feature maps; the last has shape (N, in_channels, H, W).

        Returns:
            The same feature maps but the last, which now has shape (N, channels, H, W).
        """
        *others, x = features
        image = self.image_branch(F.adaptive_avg_pool2d(x, 1)).expand(-1, -1, *x.shape[-2:])
        joined = torch.cat([*self.branches(x), image], dim=1)
        return (*others, self.dropout(self.project(joined)))
