from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.asked import asked_of
from mmmtl.models.backbones.segnet import SegNet, SegNetFeatures
from mmmtl.models.backbones.segnet_block import EncoderFeatures, encode
from mmmtl.models.layers import XAVIER_INIT
from mmmtl.tasks import check_task_names


@MODELS.register_module()
class MTLBL1SegNet(BaseModule):
    """A shared SegNet, and one SegNet for each task that receives all shared features.

    The baseline "MTLBL1" of the first preprint of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704v1>`__: tasks and shared network as in MTAN, but no attention.

    The paper does not say how the features are received. Its parameter count of 3.02 SegNets for
    two tasks leaves no room for wider blocks: here the shared features are **added** to the task's
    own after each block, pooled in the encoder, and the count is 3.00. So every shared
    block is received, as every one is attended to in MTAN.

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
        shared, *streams = (
            SegNet(in_channels, widths, num_convs, True, norm_cfg, init_cfg=None)
            for _ in (None, *self.tasks)
        )
        self.shared = shared
        self.streams: Any = nn.ModuleDict(dict(zip(self.tasks, streams, strict=True)))

    def forward(
        self, image: Tensor, tasks: Collection[str] | None = None
    ) -> dict[str, tuple[Tensor, ...]]:
        """Computes the features of each task.

        Args:
            image: Shape (N, in_channels, H, W).
            tasks: The tasks that are asked for; nothing is computed for the others. Defaults to
                all.

        Returns:
            For each task that is asked for its own and the shared features, added, after each
            decoder block, the deepest first; the last has shape (N, widths[0], H, W).
        """
        shared = self.shared(image)
        asked = asked_of(self.tasks, tasks)
        return {task: _receive(self.streams[task], image, shared) for task in asked}


def _receive(stream: SegNet, image: Tensor, shared: SegNetFeatures) -> tuple[Tensor, ...]:
    encoded: list[EncoderFeatures] = []
    x = image
    for block, pooling in zip(stream.encoder, shared.encoder, strict=True):
        encoded.append(encode(block, x))
        x = encoded[-1].pooled + pooling.pooled
    outputs = []
    for block, own, received in zip(stream.decoder, encoded[::-1], shared.decoder, strict=True):
        x = block(own.unpool(x))[1] + received.last
        outputs.append(x)
    return tuple(outputs)
