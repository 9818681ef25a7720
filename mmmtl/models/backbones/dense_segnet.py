from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

import torch
from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.asked import asked_of
from mmmtl.models.backbones.segnet_block import EncoderFeatures, encode, segnet_blocks
from mmmtl.models.backbones.segnet_decoder import decoder_widths
from mmmtl.models.backbones.segnet_encoder import SegNetEncoder
from mmmtl.models.graph import connected_zero
from mmmtl.models.layers import XAVIER_INIT
from mmmtl.tasks import check_task_names


@MODELS.register_module()
class DenseSegNet(BaseModule):
    """A shared SegNet, and one SegNet for each task that reads the shared features at each block.

    The baseline "Dense" of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704>`__: every block of a task but the first of its encoder reads
    the task's own features joined with the shared ones, pooled in the encoder and unpooled in the
    decoder, and is therefore twice as wide at its input; so is the hidden layer of the task's last
    block. The shared network does not read the tasks.

    The last block of the shared decoder belongs to the published parameter count, but nobody reads
    its output. It is not computed; its parameters join the graph with a gradient of 0, so that
    ``DistributedDataParallel`` needs no ``find_unused_parameters`` and an optimizer without weight
    decay leaves them alone.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        shared_out_channels: Output channels of the last convolution of the shared SegNet: the
            number of classes, in the paper's network. Defaults to ``widths[0]``.
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
        shared_out_channels: int | None = None,
        in_channels: int = 3,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        num_convs: Sequence[int] = (2, 2, 3, 3, 3),
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = XAVIER_INIT,
    ) -> None:
        super().__init__(init_cfg)
        self.tasks = check_task_names(tasks)
        self.shared_encoder = SegNetEncoder(in_channels, widths, num_convs, norm_cfg, init_cfg=None)
        hidden = decoder_widths(widths)
        outputs = (*hidden[:-1], shared_out_channels or hidden[-1])
        self.shared_decoder = nn.ModuleList(
            segnet_blocks(widths[::-1], outputs, num_convs[::-1], hidden, norm_cfg)
        )
        self.streams = nn.ModuleDict(
            {task: _Stream(in_channels, widths, num_convs, norm_cfg) for task in self.tasks}
        )

    def forward(
        self, image: Tensor, tasks: Collection[str] | None = None
    ) -> dict[str, tuple[Tensor, ...]]:
        """Computes the features of each task.

        Args:
            image: Shape (N, in_channels, H, W).
            tasks: The tasks that are asked for; nothing is computed for the others. Defaults to
                all.

        Returns:
            For each task that is asked for the outputs of its decoder blocks, the deepest first;
            the last has shape (N, widths[0], H, W).
        """
        encoded = self.shared_encoder(image)
        pooled = [features.pooled for features in encoded[:-1]]
        unpooled = self._shared_unpooled(encoded)
        asked = asked_of(self.tasks, tasks)
        return {task: self.streams[task](image, pooled, unpooled) for task in asked}

    def _shared_unpooled(self, encoded: Sequence[EncoderFeatures]) -> list[Tensor]:
        *blocks, unread = self.shared_decoder
        x = encoded[-1].pooled
        if torch.is_grad_enabled():
            x = x + connected_zero(list(unread.parameters()))
        unpooled = [encoded[-1].unpool(x)]
        for block, features in zip(blocks, reversed(encoded[:-1]), strict=True):
            unpooled.append(features.unpool(block(unpooled[-1])[1]))
        return unpooled


class _Stream(nn.Module):
    """The SegNet of one task."""

    def __init__(
        self,
        in_channels: int,
        widths: Sequence[int],
        num_convs: Sequence[int],
        norm_cfg: dict | None,
    ) -> None:
        super().__init__()
        joined = [2 * width for width in widths]
        inputs = (in_channels, *joined[:-1])
        self.encoder = nn.ModuleList(segnet_blocks(inputs, widths, num_convs, norm_cfg=norm_cfg))
        outputs = decoder_widths(widths)
        hidden = (*outputs[:-1], joined[0])
        self.decoder = nn.ModuleList(
            segnet_blocks(joined[::-1], outputs, num_convs[::-1], hidden, norm_cfg)
        )

    def forward(
        self, image: Tensor, pooled: Sequence[Tensor], unpooled: Sequence[Tensor]
    ) -> tuple[Tensor, ...]:
        first, *blocks = self.encoder
        encoded = [encode(first, image)]
        for block, shared in zip(blocks, pooled, strict=True):
            encoded.append(encode(block, torch.cat([encoded[-1].pooled, shared], dim=1)))
        x = encoded[-1].pooled
        outputs = []
        for block, features, shared in zip(self.decoder, encoded[::-1], unpooled, strict=True):
            x = block(torch.cat([features.unpool(x), shared], dim=1))[1]
            outputs.append(x)
        return tuple(outputs)
