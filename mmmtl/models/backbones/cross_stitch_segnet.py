from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

import torch
from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.asked import asked_of
from mmmtl.models.backbones.segnet import SegNet
from mmmtl.models.backbones.segnet_block import encode
from mmmtl.models.layers import XAVIER_INIT
from mmmtl.tasks import check_task_names


@MODELS.register_module()
class CrossStitchSegNet(BaseModule):
    r"""One SegNet for each task, joined by cross-stitch units.

    `Cross-stitch Networks for Multi-task Learning <https://arxiv.org/abs/1604.03539>`_, in the form
    that `End-to-End Multi-Task Learning with Attention <https://arxiv.org/abs/1803.10704>`__ was
    compared with. After each block but the last of the decoder, with :math:`x_i` the features of
    task :math:`i` (pooled ones, in the encoder), the next block of **every** task reads

    .. math::
        \sum_i \alpha_i x_i.

    - :math:`\alpha_i`: one learned number for each unit and source task, 1 at the start. The units
      of the cross-stitch paper have one for each source and destination, and for each channel.

    Each decoder undoes the poolings of its own encoder.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        in_channels: Channels of the image. Defaults to 3.
        widths: Output channels of the encoder blocks of each SegNet, from full resolution down.
            Defaults to ``(64, 128, 256, 512, 512)``.
        num_convs: Convolutions of each encoder block. Defaults to ``(2, 2, 3, 3, 3)``.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to the paper's, :data:`~mmmtl.models.layers.XAVIER_INIT`.
    """

    leaves_out_tasks: ClassVar[bool] = True
    """Whether ``forward`` takes the names of the tasks that are asked for."""

    def __init__(
        self,
        tasks: Sequence[str],
        in_channels: int = 3,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        num_convs: Sequence[int] = (2, 2, 3, 3, 3),
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = XAVIER_INIT,
    ) -> None:
        super().__init__(init_cfg)
        self.tasks = check_task_names(tasks)
        self.streams: Any = nn.ModuleDict(
            {
                task: SegNet(in_channels, widths, num_convs, norm_cfg=norm_cfg, init_cfg=None)
                for task in self.tasks
            }
        )
        levels = len(widths)
        self.encoder_units = nn.Parameter(torch.ones(levels - 1, len(self.tasks)))
        self.decoder_units = nn.Parameter(torch.ones(levels, len(self.tasks)))

    def forward(
        self, image: Tensor, tasks: Collection[str] | None = None
    ) -> dict[str, tuple[Tensor, ...]]:
        """Computes the features of each task.

        Args:
            image: Shape (N, in_channels, H, W).
            tasks: The tasks that are asked for; of the others, only what these read is computed.
                Defaults to all.

        Returns:
            For each task that is asked for the outputs of its decoder blocks, the deepest first;
            the last has shape (N, widths[0], H, W).
        """
        streams = self.streams.values()
        first, *others = zip(*(stream.encoder for stream in streams), strict=True)
        encoded = [[encode(block, image) for block in first]]
        for unit, blocks in zip(self.encoder_units, others, strict=True):
            outputs = [features.pooled for features in encoded[-1]]
            encoded.append([encode(block, _mixture(unit, outputs)) for block in blocks])
        outputs = [features.pooled for features in encoded[-1]]
        asked = asked_of(self.tasks, tasks)
        decoded: dict[str, list[Tensor]] = {task: [] for task in self.tasks}
        levels = list(zip(self.decoder_units, encoded[::-1], strict=True))
        for level, (unit, own) in enumerate(levels):
            for index, task in enumerate(self.tasks):
                if level + 1 < len(levels) or task in asked:  # nobody mixes the last outputs
                    unpooled = own[index].unpool(_mixture(unit, outputs))
                    decoded[task].append(self.streams[task].decoder[level](unpooled)[1])
            outputs = [features[-1] for features in decoded.values()]
        return {task: tuple(decoded[task]) for task in asked}


def _mixture(unit: Tensor, features: Sequence[Tensor]) -> Tensor:
    """Computes what one stream reads.

    Each stream has a mixture of its own, though all are equal: the gradients are then rounded as in
    the public code, without which ten steps of Adam drift apart.
    """
    return functools.reduce(torch.add, (alpha * x for alpha, x in zip(unit, features, strict=True)))
