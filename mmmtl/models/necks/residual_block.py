from __future__ import annotations

from mmcv.cnn import ConvModule
from mmseg.models.utils import BasicBlock


def residual_block(in_channels: int, out_channels: int, norm_cfg: dict | None = None) -> BasicBlock:
    """Builds the basic block of a ResNet, whose shortcut adapts the channels where it must.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output, which has the input's size.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.

    Returns:
        The block.
    """
    norm_cfg = norm_cfg or dict(type='BN')
    shortcut = None
    if in_channels != out_channels:
        shortcut = ConvModule(in_channels, out_channels, 1, norm_cfg=norm_cfg, act_cfg=None)
    return BasicBlock(in_channels, out_channels, downsample=shortcut, norm_cfg=norm_cfg)
