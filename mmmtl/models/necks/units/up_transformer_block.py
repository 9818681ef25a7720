from __future__ import annotations

from collections.abc import Sequence

import torch
from mmcv.cnn import ConvModule
from mmcv.cnn.bricks import DropPath
from mmcv.cnn.bricks.transformer import FFN
from torch import Tensor, nn

from mmmtl.models.necks.pyramid_task_neck import resize_to
from mmmtl.models.necks.units.cross_task_attention import CrossTaskAttention


class UpTransformerBlock(nn.Module):
    r"""Brings the features of all tasks to a finer grid, and lets them attend to each other there.

    The UP-Transformer block of `Inverted Pyramid Multi-task Transformer for Dense Scene
    Understanding <https://arxiv.org/abs/2203.07997>`_:

    .. math::
        X = \mathrm{up}(\mathrm{resize}(Y')) + e(F), \qquad
        X' = X + \mathrm{attention}(X), \qquad
        Y = X' + \mathrm{MLP}(\mathrm{LN}(X'))

    - :math:`Y'`: the tasks' features of the block before, resized to the size of :math:`e(F)`;
    - up: one for each task; :math:`e`: the same for all tasks, of the encoder's features :math:`F`
      (encoder feature aggregation);
    - attention: see :class:`CrossTaskAttention`, with the scores of the block before;
    - MLP: two linear layers with GELU between them, four times wider inside.

    Args:
        upward: What brings each task's features to ``channels``.
        encoded: What brings the encoder's features to ``channels``; None if none are added, and the
            grid stays as it is.
        channels: Channels of each task's features in the block.
        num_heads: Heads of the attention. Defaults to the authors' 2.
        receives_scores: Whether there is a block before, whose scores are received. Defaults to
            False.
        drop_path_rate: Share of samples whose residual branches are skipped in training. Defaults
            to 0.
        norm_cfg: Config of the normalisation of the attention's convolution. Defaults to
            ``dict(type='BN')``.

    Raises:
        ValueError: If the heads do not divide the channels, or ``drop_path_rate`` is no share
            below 1.
    """

    def __init__(
        self,
        upward: Sequence[nn.Module],
        encoded: nn.Module | None,
        channels: int,
        num_heads: int = 2,
        receives_scores: bool = False,
        drop_path_rate: float = 0.0,
        norm_cfg: dict | None = None,
    ) -> None:
        super().__init__()
        if not 0 <= drop_path_rate < 1:
            raise ValueError(f'drop_path_rate: expected a share below 1, found {drop_path_rate}.')
        self.upward = nn.ModuleList(upward)
        self.encoded = encoded
        self.attention = CrossTaskAttention(
            len(upward), channels, num_heads, receives_scores=receives_scores, norm_cfg=norm_cfg
        )
        self.drop_path = DropPath(drop_path_rate)
        self.norm = nn.LayerNorm(channels)
        self.mlp = FFN(
            channels,
            4 * channels,
            act_cfg=dict(type='GELU'),
            dropout_layer=dict(type='DropPath', drop_prob=drop_path_rate),
        )

    def forward(
        self,
        decoded: Sequence[Tensor],
        encoded: Tensor | None,
        key_grid: tuple[int, int],
        scores_before: Tensor | None = None,
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        """Runs the block.

        Args:
            decoded: Features of each task, shape (N, C', h, w).
            encoded: The encoder's features; None if none are added.
            key_grid: Height and width of the keys' grid.
            scores_before: The scores that the block before returned, if it receives any.

        Returns:
            Features of each task, shape (N, channels, H, W); and the scores of the attention, see
            :class:`CrossTaskAttention`.
        """
        added = None if self.encoded is None else self.encoded(encoded)
        if added is not None:
            decoded = [resize_to(x, added) for x in decoded]
        x = torch.stack([up(y) for up, y in zip(self.upward, decoded, strict=True)], dim=1)
        if added is not None:
            x = x + added[:, None]
        message, scores = self.attention(x, key_grid, scores_before)
        tokens = (x + self.drop_path(message)).movedim(2, -1)
        tokens = self.mlp(self.norm(tokens), identity=tokens)
        return tokens.movedim(-1, 2).unbind(dim=1), scores


def two_convs(
    in_channels: int, hidden: int, out_channels: int, norm_cfg: dict, dilation: int = 1
) -> nn.Sequential:
    """Builds two convolutions 3x3 with normalisation and ReLU, which keep the size.

    Args:
        in_channels: Channels of the input.
        hidden: Channels between the two.
        out_channels: Channels of the output.
        norm_cfg: Config of the normalisation.
        dilation: Dilation of both. Defaults to 1.

    Returns:
        The two.
    """
    return nn.Sequential(
        *(
            ConvModule(inputs, outputs, 3, padding=dilation, dilation=dilation, norm_cfg=norm_cfg)
            for inputs, outputs in ((in_channels, hidden), (hidden, out_channels))
        )
    )
