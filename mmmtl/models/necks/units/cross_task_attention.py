from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from mmcv.cnn import ConvModule
from torch import Tensor, nn


class CrossTaskAttention(nn.Module):
    r"""Lets every position of every task attend to all positions of all tasks.

    The self-attention of the UP-Transformer block of `Inverted Pyramid Multi-task Transformer for
    Dense Scene Understanding <https://arxiv.org/abs/2203.07997>`_. The queries come from a grid of
    half the features' size, keys and values from a coarse grid of a given size:

    .. math::
        A_s = \frac{(q W_q) (k W_k)^\top}{\sqrt{C}}, \qquad
        A'_s = \mathrm{fuse}([A_s; \mathrm{resize}(A'_{s-1})]), \qquad
        M = \mathrm{resize}(\mathrm{softmax}(A'_s) (v W_v) W_o)

    - :math:`q`: the normalised features after a depth-wise convolution 3x3 of stride 2 and batch
      normalisation, each task's its own; :math:`k = v`: their averages over the cells of the
      coarse grid;
    - fuse: a convolution 1x1 without bias over the heads; the scores :math:`A'_{s-1}` of the block
      before are passed on to this block's finer queries. The keys' grid is that of the block
      before, so that only the queries are resized;
    - the softmax is over the keys, of all tasks together.

    Args:
        num_tasks: Number of tasks.
        channels: Channels :math:`C` of each task's features.
        num_heads: Heads of the attention. Defaults to the authors' 2.
        receives_scores: Whether there is a block before, whose scores are received. Defaults to
            False.
        norm_cfg: Config of the convolution's normalisation. Defaults to ``dict(type='BN')``.

    Raises:
        ValueError: If the heads do not divide the channels.
    """

    def __init__(
        self,
        num_tasks: int,
        channels: int,
        num_heads: int = 2,
        receives_scores: bool = False,
        norm_cfg: dict | None = None,
    ) -> None:
        super().__init__()
        if num_heads < 1 or channels % num_heads:
            raise ValueError(
                f'num_heads: expected a divisor of the {channels} channels, found {num_heads}.'
            )
        self.num_heads = num_heads
        self.scale = channels**-0.5
        self.norm = nn.LayerNorm(channels)
        width = num_tasks * channels
        self.query_grid = ConvModule(
            width,
            width,
            3,
            stride=2,
            padding=1,
            groups=width,
            norm_cfg=norm_cfg or dict(type='BN'),
            act_cfg=None,
        )
        self.query = nn.Linear(channels, channels)
        self.key = nn.Linear(channels, channels, bias=False)  # the softmax would cancel a bias
        self.value = nn.Linear(channels, channels)
        self.output = nn.Linear(channels, channels)
        self.fusion = (
            nn.Conv2d(2 * num_heads, num_heads, 1, bias=False) if receives_scores else None
        )

    def forward(
        self, x: Tensor, key_grid: tuple[int, int], scores_before: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Computes what every position learns from the others.

        Args:
            x: Features of all tasks, shape (N, K, C, H, W).
            key_grid: Height and width of the keys' grid.
            scores_before: The scores that the block before returned, if it receives any.

        Returns:
            The message, of the features' shape; and the scores before the softmax, of shape
            (N, heads, keys, K, h, w) with the queries' grid (h, w).

        Raises:
            ValueError: If the scores that the block is to receive are missing.
        """
        num, tasks, _, *size = x.shape
        x = self.norm(x.movedim(2, -1)).movedim(-1, 2)
        queries = self.query_grid(x.flatten(1, 2)).unflatten(1, (tasks, -1))
        grid = queries.shape[-2:]
        cells = F.adaptive_avg_pool2d(x.flatten(0, 1), key_grid).unflatten(0, (num, tasks))
        query, key, value = (
            self._heads(project, maps)
            for project, maps in (
                (self.query, queries),
                (self.key, cells),
                (self.value, cells),
            )
        )
        scores = key @ query.transpose(2, 3) * self.scale  # (N, heads, keys, K h w)
        if self.fusion is not None:
            scores = self.fusion(torch.cat([scores, _resized(scores_before, scores, grid)], dim=1))
        attended = (scores.softmax(dim=2).transpose(2, 3) @ value).transpose(1, 2).flatten(2)
        message = self.output(attended).transpose(1, 2).unflatten(2, (tasks, *grid))
        message = F.interpolate(
            message.transpose(1, 2).flatten(0, 1), size=size, mode='bilinear', align_corners=False
        ).unflatten(0, (num, tasks))
        return message, scores.unflatten(3, (tasks, *grid))

    def _heads(self, project: nn.Module, maps: Tensor) -> Tensor:
        """Projects maps (N, K, C, h, w) to the heads' tokens (N, heads, K h w, C / heads)."""
        tokens = maps.movedim(2, -1).flatten(1, 3)
        return project(tokens).unflatten(2, (self.num_heads, -1)).transpose(1, 2)


def _resized(before: Tensor | None, scores: Tensor, grid: Sequence[int]) -> Tensor:
    """Resizes the queries' grid of the scores of the block before."""
    if before is None:
        raise ValueError('scores_before: expected those of the block before, found none.')
    before = F.interpolate(before.flatten(0, 2), size=grid, mode='bilinear', align_corners=False)
    return before.reshape(scores.shape)
