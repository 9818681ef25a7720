"""The attention masks of MTAN: as wide as the features that they mask, or narrower inside."""

from __future__ import annotations

from torch import Tensor, nn

from mmmtl.models.layers import ConvNormAct


class AttentionMask(nn.Module):
    r"""The soft attention mask of one task over one set of shared features.

    Equation 1 of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704>`__:

    .. math::
        a = h(g(x)), \quad g = \mathrm{ReLU} \circ \mathrm{BN} \circ \mathrm{conv}_{1 \times 1},
        \quad h = \mathrm{sigmoid} \circ \mathrm{BN} \circ \mathrm{conv}_{1 \times 1}

    - :math:`x`: shared features, joined with the task's own from the block before.

    Args:
        in_channels: Channels of :math:`x`.
        channels: Channels of the features that are to be masked.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
    """

    def __init__(self, in_channels: int, channels: int, norm_cfg: dict | None = None) -> None:
        super().__init__()
        self.g = ConvNormAct(in_channels, channels, kernel_size=1, norm_cfg=norm_cfg)
        self.h = ConvNormAct(channels, channels, kernel_size=1, norm_cfg=norm_cfg, act=nn.Sigmoid())

    def forward(self, x: Tensor) -> Tensor:
        """Computes the mask.

        Args:
            x: Shape (N, in_channels, H, W).

        Returns:
            The mask, values in (0, 1), shape (N, channels, H, W).
        """
        return self.h(self.g(x))


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
