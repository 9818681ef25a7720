from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.asked import asked_of
from mmmtl.models.layers import ConvNormAct
from mmmtl.models.necks.pyramid_task_neck import PyramidTaskNeck
from mmmtl.models.necks.simple_feature_pyramid import ChannelNorm
from mmmtl.models.necks.units.up_transformer_block import UpTransformerBlock, two_convs


@MODELS.register_module()
class InvPTFullNeck(PyramidTaskNeck):
    r"""InvPT as its authors build it: the whole of what lies between an encoder and the heads.

    `Inverted Pyramid Multi-task Transformer for Dense Scene Understanding
    <https://arxiv.org/abs/2203.07997>`_, with the sizes of the authors' `code
    <https://github.com/prismformore/Multi-Task-Transformer>`_. From the last of the encoder's
    :math:`S` maps, resized to the first grid, task :math:`k` computes the features :math:`P^k` of a
    preliminary prediction :math:`p^k`, and :math:`S` UP-Transformer blocks work on all tasks'
    tokens, the grid doubled and the channels :math:`C` halved from one to the next:

    .. math::
        P^k = c^k(F_S), \qquad p^k = W_p^k P^k, \qquad Y_0^k = W_m^k [P^k; p^k] \\
        (Y_s^1, \dots, Y_s^K) = \mathrm{up}_s(Y_{s-1}^1, \dots, Y_{s-1}^K, F_{S+1-s}) \\
        Z^k = c_a^k \Bigl( \sum_s \mathrm{resize}(W_s^k N_s^k) \Bigr), \qquad
        [N_s^1; \dots; N_s^K] = \mathrm{LN}([Y_s^1; \dots; Y_s^K])

    - :math:`c`: two convolutions 3x3; :math:`c_a`: one; each with normalisation and ReLU;
    - up: see :class:`UpTransformerBlock`; its convolutions are dilated by 2, and the first block
      neither resizes nor adds features of the encoder;
    - LN: over the channels of all tasks together; :math:`W`: convolutions 1x1,
      :math:`W_1^k` the identity;
    - resize: bilinear, to twice the grid of the last block.

    A task's head, a convolution 1x1, reads :math:`Z^k`. The labels supervise :math:`p^k` through a
    :class:`~mmmtl.models.decode_heads.SupervisionHead`, with the weight of the head's loss:

    .. code:: python

        decode_head=dict(seg=dict(in_index=0, in_channels=576, num_convs=0, ...), ...),
        auxiliary_head=dict(
            seg=dict(type='SupervisionHead', in_index=1, head=dict(type='FCNHead', ...)), ...
        ),

    A plain transformer gives maps of one stride: ``strides=(16, 16, 16)``, from blocks 6, 12 and
    24 of ViT-L, the last one normalised. A pyramid is read from the stride 8 on:
    ``strides=(8, 16, 32)``.

    What differs from the code: parts that it builds and does not use are left out, so that each
    parameter has a gradient (the encoder's features and :math:`W_s` for the first block; biases of
    the keys and of the scores' fusion, which the softmax cancels). Sizes that do not divide evenly
    are rounded up there where the code fails. Convolutions with normalisation start from Kaiming's
    normal distribution.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        prediction_channels: Channels of each task's prediction; the segmentor fills them in.
        in_channels: Channels of the encoder's maps, as many as there are blocks: that of the last
            block first, that of the preliminary predictions last.
        strides: Their strides. That of a block after the first must be the block's or twice as
            much; then a transposed convolution makes it as fine.
        start_stride: Stride of the first block's grid. Defaults to 32.
        channels: Channels of the preliminary features. Defaults to 512.
        token_channels: Channels of the first block and of what the heads read. Defaults to 576.
        num_heads: Heads of the attention. Defaults to 2.
        drop_path_rate: Share of samples whose residual branches are skipped in training. Defaults
            to 0, to which the authors' code turns their setting of 0.15.
        norm_cfg: Config of the convolutions' normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to that of the parts for convolutions, and to a truncated
            normal distribution of deviation 0.02 for linear layers.

    Raises:
        ValueError: If the maps and their strides do not fit the blocks, the channels of a block are
            no integer or no multiple of ``num_heads``, ``drop_path_rate`` is no share below 1, or a
            task's prediction has no channels.
    """

    leaves_out_tasks: ClassVar[bool] = True
    """Whether ``forward`` takes the names of the tasks that are asked for."""

    def __init__(
        self,
        tasks: Sequence[str],
        prediction_channels: Mapping[str, int],
        in_channels: Sequence[int],
        strides: Sequence[int],
        start_stride: int = 32,
        channels: int = 512,
        token_channels: int = 576,
        num_heads: int = 2,
        drop_path_rate: float = 0.0,
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = dict(  # noqa: B006  (only read)
            type='TruncNormal', layer='Linear', std=0.02
        ),
    ) -> None:
        super().__init__(tasks, in_channels, min_levels=2, init_cfg=init_cfg)
        norm_cfg = norm_cfg or dict(type='BN')
        missing = [task for task in self.tasks if task not in prediction_channels]
        if missing:
            raise ValueError(
                f'prediction_channels: expected those of {list(self.tasks)}, found none of '
                f'{missing}.'
            )
        *encoded, last = self.in_channels
        growths = _growths(self.in_channels, strides, start_stride)
        widths = _widths(token_channels, len(self.in_channels))
        self.shrink = start_stride // strides[-1]
        self.preliminary = nn.ModuleDict(
            {task: two_convs(last, last, channels, norm_cfg) for task in self.tasks}
        )
        self.predictions = nn.ModuleDict(
            {task: nn.Conv2d(channels, prediction_channels[task], 1) for task in self.tasks}
        )
        self.tokens = nn.ModuleDict(
            {
                task: nn.Conv2d(channels + prediction_channels[task], token_channels, 1)
                for task in self.tasks
            }
        )
        block = partial(
            UpTransformerBlock,
            num_heads=num_heads,
            drop_path_rate=drop_path_rate,
            norm_cfg=norm_cfg,
        )
        self.stages = nn.ModuleList([block([nn.Identity() for _ in self.tasks], None, widths[0])])
        for source, grow, width in zip(reversed(encoded), growths, widths[1:], strict=True):
            upward = [two_convs(2 * width, width, width, norm_cfg, dilation=2) for _ in self.tasks]
            embedding = _embedding(source, width, grow)
            self.stages.append(block(upward, embedding, width, receives_scores=True))
        self.norms = nn.ModuleList(ChannelNorm(len(self.tasks) * width) for width in widths)
        self.projections: Any = nn.ModuleList(
            nn.ModuleList(
                nn.Conv2d(width, token_channels, 1) if index else nn.Identity() for _ in self.tasks
            )
            for index, width in enumerate(widths)
        )
        self.aggregation = nn.ModuleDict(
            {
                task: ConvNormAct(token_channels, token_channels, norm_cfg=norm_cfg)
                for task in self.tasks
            }
        )

    def forward(
        self, features: Sequence[Tensor], tasks: Collection[str] | None = None
    ) -> dict[str, tuple[Tensor, Tensor]]:
        """Computes the features of the final predictions, and the preliminary predictions.

        Args:
            features: Maps of shape (N, C, H, W) with C of ``in_channels``, in their order.
            tasks: The tasks that are asked for; of the others, only what these read is computed.
                Defaults to all.

        Returns:
            For each task that is asked for the features, of shape (N, token_channels, H, W) with
            twice the size of the last block's grid, and the preliminary prediction, of shape (N, C,
            h, w) with the first grid's.
        """
        *encoded, last = self.checked(features)
        height, width = (-(-side // self.shrink) for side in last.shape[-2:])
        if self.shrink > 1:
            last = _resized(last, (height, width))
        preliminary = {task: branch(last) for task, branch in self.preliminary.items()}
        predicted = {task: conv(preliminary[task]) for task, conv in self.predictions.items()}
        maps = [
            mix(torch.cat([preliminary[task], predicted[task]], dim=1))
            for task, mix in self.tokens.items()
        ]
        key_grid = ((height + 1) // 2, (width + 1) // 2)
        scores = None
        outputs = []
        for stage, norm, source in zip(
            self.stages, self.norms, [None, *reversed(encoded)], strict=True
        ):
            maps, scores = stage(maps, source, key_grid, scores)
            outputs.append(norm(torch.cat(maps, dim=1)).chunk(len(maps), dim=1))
        size = [2 * side for side in maps[0].shape[-2:]]
        aggregated = {}
        for task in asked_of(self.tasks, tasks):
            index = self.tasks.index(task)
            scales = [
                _resized(project[index](output[index]), size)
                for project, output in zip(self.projections, outputs, strict=True)
            ]
            aggregated[task] = self.aggregation[task](torch.stack(scales).sum(dim=0))
        return {task: (maps, predicted[task]) for task, maps in aggregated.items()}


def _growths(channels: Sequence[int], strides: Sequence[int], start: int) -> list[int]:
    """Gives how many times finer each block after the first is than its map of the encoder."""
    if len(strides) != len(channels):
        raise ValueError(
            f'strides: expected one for each of in_channels, {list(channels)}, '
            f'found {list(strides)}.'
        )
    if min(start, *strides) < 1:
        raise ValueError(
            f'strides: expected numbers from 1 on, found {list(strides)} with start_stride={start}.'
        )
    *encoded, last = strides
    blocks = [start // 2**index for index in range(1, len(strides))]
    growths = [source / block for source, block in zip(reversed(encoded), blocks, strict=True)]
    if start % last or start % 2 ** len(blocks) or not set(growths) <= {1, 2}:
        raise ValueError(
            f'strides: expected those of the blocks, {[*reversed(blocks), start]}, or twice those '
            f'of the blocks after the first, and a divisor of {start} at the end; '
            f'found {list(strides)}.'
        )
    return [int(grow) for grow in growths]


def _widths(channels: int, count: int) -> list[int]:
    """Gives the channels of each block."""
    if channels < 1 or channels % 2 ** (count - 1):
        raise ValueError(
            f'token_channels: expected a multiple of {2 ** (count - 1)}, found {channels}: each of '
            f'{count} blocks has half the channels of the one before.'
        )
    return [channels // 2**index for index in range(count)]


def _embedding(in_channels: int, out_channels: int, grow: int) -> nn.Module:
    """Builds what brings a map of the encoder to a block's channels and grid."""
    if grow == 1:
        return nn.Conv2d(in_channels, out_channels, 3, padding=1)
    return nn.ConvTranspose2d(in_channels, out_channels, 3, 2, padding=1, output_padding=1)


def _resized(x: Tensor, size: Sequence[int]) -> Tensor:
    return F.interpolate(x, size=tuple(size), mode='bilinear', align_corners=False)
