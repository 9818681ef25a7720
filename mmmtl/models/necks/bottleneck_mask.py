from __future__ import annotations

from torch import nn

from mmmtl.models.layers import ConvNormAct


class BottleneckMask(nn.Sequential):
    """The attention mask of MTAN with fewer channels between its two convolutions.

    :class:`AttentionMask` of features of 2048 channels has twelve million parameters; this one is
    as narrow inside as one chooses. With ``hidden_channels`` equal to ``channels`` both are the
    same.

    Args:
        in_channels: Channels of the input.
        hidden_channels: Channels between the convolutions.
        channels: Channels of the features that are to be masked.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
    """

    def __init__(
        self,
        in_channels: int,
        hidden_channels: int,
        channels: int,
        norm_cfg: dict | None = None,
    ) -> None:
        super().__init__(
            ConvNormAct(in_channels, hidden_channels, kernel_size=1, norm_cfg=norm_cfg),
            ConvNormAct(
                hidden_channels, channels, kernel_size=1, norm_cfg=norm_cfg, act=nn.Sigmoid()
            ),
        )
