from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from mmmtl.models.backbones.segnet_block import EncoderFeatures
from mmmtl.models.necks.attention_v1 import AttentionV1


class EncoderAttentionV1(nn.ModuleList):
    r"""The attention of one task over the encoder of a SegNet, in the preprint's form.

    In block :math:`j`, :math:`u_j` is the output of the shared block's first convolution, and
    :math:`p_j` its pooled output. The paper leaves the widths open: see
    :class:`~mmmtl.models.necks.MTANv1Neck`.

    Args:
        widths: Output channels of the encoder blocks, from full resolution down.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
    """

    def __init__(self, widths: Sequence[int], norm_cfg: dict | None = None) -> None:
        handed_down = (0, *widths[:-1])
        super().__init__(
            AttentionV1(
                width, own, width, max(1, own // 4), width, downsample=True, norm_cfg=norm_cfg
            )
            for width, own in zip(widths, handed_down, strict=True)
        )

    def forward(self, encoded: Sequence[EncoderFeatures]) -> tuple[Tensor, ...]:
        """Attends to all blocks.

        Args:
            encoded: The features of the shared encoder's blocks.

        Returns:
            The attended features of the blocks, of the shapes of the pooled features.
        """
        attended: list[Tensor] = []
        for attention, shared in zip(self, encoded, strict=True):
            own = attended[-1] if attended else None
            attended.append(attention(shared.first, own, shared.pooled))
        return tuple(attended)
