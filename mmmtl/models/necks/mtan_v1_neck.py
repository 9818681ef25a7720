from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.asked import asked_of
from mmmtl.models.backbones.segnet import SegNetFeatures, checked_blocks
from mmmtl.models.backbones.segnet_decoder import decoder_widths
from mmmtl.models.layers import XAVIER_INIT
from mmmtl.models.necks.units.attention_v1 import AttentionV1, EncoderAttentionV1
from mmmtl.tasks import check_task_names


@MODELS.register_module()
class MTANv1Neck(BaseModule):
    r"""The task attention of MTAN on a SegNet, in the form of its first preprint.

    First preprint of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704v1>`__; with one task it is the preprint's STAN. Each task has
    its own :class:`~mmmtl.models.necks.units.attention_v1.AttentionV1` at each block, :math:`f_j`
    included: 1.32 SegNets with one task and 1.64 with two leave nothing to share. In encoder block
    :math:`j`, :math:`u_j` is the output of the shared block's first convolution and :math:`p_j` its
    pooled output. In decoder block :math:`j`, :math:`u_j` is the shared block's input before it is
    unpooled, and :math:`p_j` its output, so that every shared layer is attended to and the head
    reads dense features.

    The paper leaves the widths open. Its parameter counts say where they are: MTLBL2, which has the
    attention in the encoder alone, and two decoders, counts 2.06 SegNets; an encoder and two
    decoders count 1.41, so that the encoder's attention has about 0.32 SegNets a task, as much as
    all of MTAN's. Hence wide masks in the encoder and narrow ones in the decoder:

    - encoder: :math:`f_j` keeps 1/4 of its input channels, :math:`g_j` has as many as the block;
    - decoder: :math:`f_j` and :math:`g_j` have 1/16 of the block's channels.

    With two tasks this gives 1.67 SegNets for MTAN (1.64 in print), 2.04 for MTLBL2 (2.06) and with
    one task 1.34 for STAN (1.32).

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        widths: The ``widths`` of the :class:`~mmmtl.models.backbones.SegNet`, which must have
            ``return_blocks=True``. Defaults to ``(64, 128, 256, 512, 512)``.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to the paper's, :data:`~mmmtl.models.layers.XAVIER_INIT`.
    """

    leaves_out_tasks: ClassVar[bool] = True
    """Whether ``forward`` takes the names of the tasks that are asked for."""

    def __init__(
        self,
        tasks: Sequence[str],
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = XAVIER_INIT,
    ) -> None:
        super().__init__(init_cfg)
        self.tasks = check_task_names(tasks)
        self.attention = nn.ModuleDict({task: _Attention(widths, norm_cfg) for task in self.tasks})

    def forward(
        self, features: SegNetFeatures, tasks: Collection[str] | None = None
    ) -> dict[str, tuple[Tensor, ...]]:
        """Gives each task its own view of the shared features.

        Args:
            features: All blocks of the shared SegNet.
            tasks: The tasks that are asked for; nothing is computed for the others. Defaults to
                all.

        Returns:
            For each task that is asked for the attended features of the decoder blocks, the deepest
            first; the last has shape (N, widths[0], H, W).

        Raises:
            ValueError: If the backbone does not return its blocks.
        """
        features = checked_blocks(features, 'MTANv1Neck')
        return {task: self.attention[task](features) for task in asked_of(self.tasks, tasks)}


class _Attention(nn.Module):
    """The attention of one task, for all blocks."""

    def __init__(self, widths: Sequence[int], norm_cfg: dict | None) -> None:
        super().__init__()
        self.encoder = EncoderAttentionV1(widths, norm_cfg)
        outputs = decoder_widths(widths)
        inputs = (widths[-1], *outputs[:-1])
        self.decoder = nn.ModuleList(
            _decoder_attention(seen, width, norm_cfg)
            for seen, width in zip(inputs, outputs, strict=True)
        )

    def forward(self, features: SegNetFeatures) -> tuple[Tensor, ...]:
        u, own = features.encoder[-1].pooled, self.encoder(features.encoder)[-1]
        outputs = []
        for attention, shared in zip(self.decoder, features.decoder, strict=True):
            own = attention(u, own, shared.last)
            u = shared.last
            outputs.append(own)
        return tuple(outputs)


def _decoder_attention(seen: int, width: int, norm_cfg: dict | None) -> AttentionV1:
    narrow = max(1, width // 16)
    return AttentionV1(seen, seen, width, narrow, narrow, downsample=False, norm_cfg=norm_cfg)
