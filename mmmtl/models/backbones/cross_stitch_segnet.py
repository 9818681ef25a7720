from __future__ import annotations

import functools
from collections.abc import Sequence

import torch
from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.backbones.segnet import SegNet
from mmmtl.models.backbones.segnet_block import encode
from mmmtl.models.layers import XAVIER_INIT
from mmmtl.tasks import check_task_names


@MODELS.register_module()
class CrossStitchSegNet(BaseModule):
    r"""One SegNet for each task, joined by cross-stitch units.

    `Cross-stitch Networks for Multi-task Learning <https://arxiv.org/abs/1604.03539>`_, in the form
    that `End-to-End Multi-Task Learning with Attention <https://arxiv.org/abs/1803.10704>`_ was
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
        self.streams = nn.ModuleDict(
            {
                task: SegNet(in_channels, widths, num_convs, norm_cfg=norm_cfg, init_cfg=None)
                for task in self.tasks
            }
        )
        levels = len(widths)
        self.encoder_units = nn.Parameter(torch.ones(levels - 1, len(self.tasks)))
        self.decoder_units = nn.Parameter(torch.ones(levels, len(self.tasks)))

    def forward(self, image: Tensor) -> dict[str, tuple[Tensor, ...]]:
        """Computes the features of each task.

        Args:
            image: Shape (N, in_channels, H, W).

        Returns:
            For each task the outputs of its decoder blocks, the deepest first; the last has shape
            (N, widths[0], H, W).
        """
        streams = self.streams.values()
        first, *others = zip(*(stream.encoder for stream in streams), strict=True)
        encoded = [[encode(block, image) for block in first]]
        for unit, blocks in zip(self.encoder_units, others, strict=True):
            outputs = [features.pooled for features in encoded[-1]]
            encoded.append([encode(block, _mixture(unit, outputs)) for block in blocks])
        outputs = [features.pooled for features in encoded[-1]]
        decoded = []
        levels = zip(*(stream.decoder for stream in streams), strict=True)
        for unit, blocks, own in zip(self.decoder_units, levels, encoded[::-1], strict=True):
            outputs = [
                block(e.unpool(_mixture(unit, outputs)))[1]
                for block, e in zip(blocks, own, strict=True)
            ]
            decoded.append(outputs)
        return dict(zip(self.tasks, zip(*decoded, strict=True), strict=True))


def _mixture(unit: Tensor, features: Sequence[Tensor]) -> Tensor:
    """Computes what one stream reads.

    Each stream has a mixture of its own, though all are equal: the gradients are then rounded as in
    the public code, without which ten steps of Adam drift apart.
    """
    return functools.reduce(torch.add, (alpha * x for alpha, x in zip(unit, features, strict=True)))
