from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.asked import asked_of
from mmmtl.models.backbones.segnet_block import EncoderFeatures
from mmmtl.models.backbones.segnet_decoder import SegNetDecoder
from mmmtl.models.layers import XAVIER_INIT
from mmmtl.models.necks.units.attention_v1 import EncoderAttentionV1
from mmmtl.tasks import check_task_names


@MODELS.register_module()
class MTLBL2Neck(BaseModule):
    """The attention of the preprint's MTAN in the encoder, then one SegNet decoder for each task.

    The baseline "MTLBL2" of the first preprint of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704v1>`__, behind a
    :class:`~mmmtl.models.backbones.SegNetEncoder`. There is no shared decoder; a task's decoder
    starts from the task's last attended features, and undoes the shared encoder's poolings. For the
    widths of the attention see :class:`~mmmtl.models.necks.MTANv1Neck`.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        widths: The ``widths`` of the encoder. Defaults to ``(64, 128, 256, 512, 512)``.
        num_convs: The ``num_convs`` of the encoder. Defaults to ``(2, 2, 3, 3, 3)``.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to the paper's, :data:`~mmmtl.models.layers.XAVIER_INIT`.
    """

    leaves_out_tasks: ClassVar[bool] = True
    """Whether ``forward`` takes the names of the tasks that are asked for."""

    def __init__(
        self,
        tasks: Sequence[str],
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        num_convs: Sequence[int] = (2, 2, 3, 3, 3),
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = XAVIER_INIT,
    ) -> None:
        super().__init__(init_cfg)
        self.tasks = check_task_names(tasks)
        self.attention = nn.ModuleDict(
            {task: EncoderAttentionV1(widths, norm_cfg) for task in self.tasks}
        )
        self.decoders = nn.ModuleDict(
            {task: SegNetDecoder(widths, num_convs, norm_cfg) for task in self.tasks}
        )

    def forward(
        self, encoded: Sequence[EncoderFeatures], tasks: Collection[str] | None = None
    ) -> dict[str, tuple[Tensor, ...]]:
        """Decodes each task's view of the shared encoder.

        Args:
            encoded: The features of the shared encoder's blocks.
            tasks: The tasks that are asked for; nothing is computed for the others. Defaults to
                all.

        Returns:
            For each task that is asked for the outputs of its decoder blocks, the deepest first;
            the last has shape (N, widths[0], H, W).

        Raises:
            ValueError: If the backbone does not return the blocks of an encoder.
        """
        if not all(isinstance(features, EncoderFeatures) for features in encoded):
            raise ValueError(
                'MTLBL2Neck: expected the blocks of a SegNetEncoder as features, found '
                f'{[type(features).__name__ for features in encoded]}.'
            )
        results = {}
        for task in asked_of(self.tasks, tasks):
            decoded = self.decoders[task](self.attention[task](encoded)[-1], encoded)
            results[task] = tuple(features.last for features in decoded)
        return results
