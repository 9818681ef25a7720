from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import ClassVar

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.asked import asked_of
from mmmtl.models.backbones.segnet import SegNetFeatures, checked_blocks
from mmmtl.models.backbones.segnet_decoder import decoder_widths
from mmmtl.models.layers import XAVIER_INIT, ConvNormAct
from mmmtl.models.necks.units.attention_masks import AttentionMask
from mmmtl.models.necks.units.shared_by_tasks import SharedByTasks
from mmmtl.models.recomputation import recompute
from mmmtl.tasks import check_task_names


@MODELS.register_module()
class MTANNeck(BaseModule):
    r"""The task attention of MTAN on a SegNet, in the form of the CVPR paper.

    `End-to-End Multi-Task Learning with Attention <https://arxiv.org/abs/1803.10704>`__,
    equations 1 and 2. In encoder block :math:`j`, with :math:`u_j` the output of the shared block's
    first convolution and :math:`p_j` that of its last, task :math:`i` keeps

    .. math::
        \hat a_j^i = h_j^i(g_j^i([u_j; a_{j-1}^i])) \odot p_j, \qquad
        a_j^i = \mathrm{maxpool}(f_j(\hat a_j^i)).

    In the decoder, with :math:`u_j` the shared block's unpooled input,

    .. math::
        a_j^i = f_j(\mathrm{upsample}(\hat a_{j-1}^i)), \qquad
        \hat a_j^i = h_j^i(g_j^i([u_j; a_j^i])) \odot p_j.

    - :math:`h \circ g`: the mask, one for each task, see :class:`AttentionMask`;
    - :math:`f_j`: convolution 3x3, normalisation and ReLU, **shared by all tasks**;
    - the first block has no :math:`a_{j-1}`; the first decoder block starts from the last
      :math:`a_j` of the encoder; upsampling is bilinear with aligned corners.

    The shared network never reads the attention. With one task this is the paper's STAN.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        widths: The ``widths`` of the :class:`~mmmtl.models.backbones.SegNet`, which must have
            ``return_blocks=True``. Defaults to ``(64, 128, 256, 512, 512)``.
        separate_statistics: Whether the batch normalisations that tasks share estimate running
            statistics for each task, see
            :class:`~mmmtl.models.necks.units.SharedByTasks`. Defaults to False, as in the
            authors' code.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        with_cp: Whether to save memory in training, see :mod:`mmmtl.models.recomputation`. Defaults
            to False.
        init_cfg: Initialisation. Defaults to the paper's, :data:`~mmmtl.models.layers.XAVIER_INIT`.
    """

    leaves_out_tasks: ClassVar[bool] = True
    """Whether ``forward`` takes the names of the tasks that are asked for."""

    def __init__(
        self,
        tasks: Sequence[str],
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        separate_statistics: bool = False,
        norm_cfg: dict | None = None,
        with_cp: bool = False,
        init_cfg: dict | list[dict] | None = XAVIER_INIT,
    ) -> None:
        super().__init__(init_cfg)
        self.tasks = check_task_names(tasks)
        handed_down = (*widths[1:], widths[-1])  # by each encoder block to the one below
        decoded = decoder_widths(widths)
        shared = (self.tasks, separate_statistics)
        self.encoder_shared = SharedByTasks(_convs(widths, handed_down, norm_cfg), *shared)
        self.decoder_shared = SharedByTasks(
            _convs((widths[-1], *decoded[:-1]), decoded, norm_cfg), *shared
        )
        self.attention = nn.ModuleDict(
            {task: _Attention(widths, norm_cfg, with_cp) for task in self.tasks}
        )

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
        features = checked_blocks(features, 'MTANNeck')
        return {
            task: self.attention[task](
                features, self.encoder_shared.of(task), self.decoder_shared.of(task)
            )
            for task in asked_of(self.tasks, tasks)
        }


class _Attention(nn.Module):
    """The masks of one task, for all blocks."""

    def __init__(self, widths: Sequence[int], norm_cfg: dict | None, with_cp: bool) -> None:
        super().__init__()
        self.with_cp = with_cp
        decoded = decoder_widths(widths)
        seen = (widths[0], *(2 * width for width in widths[1:]))
        self.encoder = _masks(seen, widths, norm_cfg)
        seen = tuple(u + d for u, d in zip(widths[::-1], decoded, strict=True))
        self.decoder = _masks(seen, decoded, norm_cfg)

    def forward(
        self, features: SegNetFeatures, encoder_shared: nn.ModuleList, decoder_shared: nn.ModuleList
    ) -> tuple[Tensor, ...]:
        own: tuple[Tensor, ...] = ()
        for encoded, mask, f in zip(features.encoder, self.encoder, encoder_shared, strict=True):
            own = (self._run(_encode, mask, f, encoded.first, encoded.last, *own),)
        (x,) = own
        outputs = []
        for decoded, mask, f in zip(features.decoder, self.decoder, decoder_shared, strict=True):
            x = self._run(_decode, mask, f, decoded.unpooled, decoded.last, x)
            outputs.append(x)
        return tuple(outputs)

    def _run(
        self, step: Callable[..., Tensor], mask: nn.Module, f: nn.Module, *maps: Tensor
    ) -> Tensor:
        if self.with_cp:
            return recompute(partial(step, mask, f), *maps, of=[mask, f])
        return step(mask, f, *maps)


def _encode(mask: nn.Module, f: nn.Module, u: Tensor, p: Tensor, *own: Tensor) -> Tensor:
    attended = mask(torch.cat([u, *own], dim=1)) * p
    return F.max_pool2d(f(attended), 2)


def _decode(mask: nn.Module, f: nn.Module, u: Tensor, p: Tensor, own: Tensor) -> Tensor:
    own = f(F.interpolate(own, size=u.shape[-2:], mode='bilinear', align_corners=True))
    return mask(torch.cat([u, own], dim=1)) * p


def _convs(
    inputs: Sequence[int], outputs: Sequence[int], norm_cfg: dict | None
) -> list[ConvNormAct]:
    return [
        ConvNormAct(*channels, norm_cfg=norm_cfg) for channels in zip(inputs, outputs, strict=True)
    ]


def _masks(inputs: Sequence[int], outputs: Sequence[int], norm_cfg: dict | None) -> nn.ModuleList:
    return nn.ModuleList(
        AttentionMask(*channels, norm_cfg=norm_cfg)
        for channels in zip(inputs, outputs, strict=True)
    )
