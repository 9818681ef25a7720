from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.asked import asked_of
from mmmtl.models.necks.pyramid_task_neck import PyramidTaskNeck, resize_concat
from mmmtl.models.necks.units.feature_propagation import FeaturePropagation, residual_block
from mmmtl.models.necks.units.multi_modal_distillation import MultiModalDistillation


@MODELS.register_module()
class MTINetNeck(PyramidTaskNeck):
    r"""MTI-Net: initial predictions and distillation at every scale, the coarsest first.

    `MTI-Net: Multi-Scale Task Interaction Networks for Multi-Task Learning
    <https://arxiv.org/abs/2001.06902>`_. At scale :math:`s` of the backbone's features :math:`F_s`,
    task :math:`k` computes the features of its initial prediction, and all tasks distil:

    .. math::
        F_s^k = b_s^k([F_s; \mathrm{resize}(P_{s+1}^k)]), \qquad
        (\hat F_s^1, \dots, \hat F_s^K) = \mathrm{distil}_s(F_s^1, \dots, F_s^K), \qquad
        (P_s^1, \dots, P_s^K) = \mathrm{propagate}_s(F_s^1, \dots, F_s^K)

    - :math:`b`: two residual blocks; the coarsest scale reads :math:`F_s` alone;
    - distil: see :class:`MultiModalDistillation`; propagate: see :class:`FeaturePropagation`.

    The aggregation of the scales is the heads': with :math:`S` scales, a task's head resizes and
    concatenates the distilled features, and an auxiliary head at each scale makes the initial
    prediction, which is how labels supervise it. For four scales:

    .. code:: python

        decode_head=dict(
            seg=dict(in_index=[0, 1, 2, 3], input_transform='resize_concat', ...), ...
        ),
        auxiliary_head=dict(
            seg=[dict(in_index=4, ...), ..., dict(in_index=7, ...)], ...
        ),

    What the paper leaves open, or differs: as in :class:`PADNetNeck`, the distillation reads the
    features that the initial predictions are made from, and the tasks to distil from are the tasks
    to predict; what is propagated are these features, too. The residual blocks are ResNet's basic
    ones.

    What differs from the `authors' code
    <https://github.com/SimonVandenhende/Multi-Task-Learning-PyTorch>`_: the gate of the
    distillation (see :class:`MultiModalDistillation`) and the softmax of the propagation (see
    :class:`FeaturePropagation`); maps are resized to the next scale's size instead of doubled; the
    tasks to distil from are a list of its own there, so that edges and normals may help without
    being predicted in the end; its heads are HRNet's, a convolution 1x1 of all scales' width before
    the last one, where the configs have a convolution 3x3 of 256. The same: blocks and channels of
    the initial predictions; their supervision at all four scales, upsampled bilinearly to the
    label, with the losses and weights of the final predictions.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        in_channels: Channels of the backbone's features, the finest first.
        channels: Channels of each task's features at each scale. Defaults to ``in_channels``, which
            suits narrow backbones such as the paper's HRNet-18 and ResNet-18.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to that of the parts, Kaiming normal for convolutions
            with normalisation.

    Raises:
        ValueError: If ``channels`` does not have one entry for each scale.
    """

    leaves_out_tasks: ClassVar[bool] = True
    """Whether ``forward`` takes the names of the tasks that are asked for."""

    def __init__(
        self,
        tasks: Sequence[str],
        in_channels: Sequence[int],
        channels: Sequence[int] | None = None,
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(tasks, in_channels, init_cfg=init_cfg)
        widths = self.in_channels if channels is None else tuple(channels)
        if len(widths) != len(self.in_channels):
            raise ValueError(
                f'channels: expected one entry for each of in_channels, {list(in_channels)}, '
                f'found {list(widths)}.'
            )
        propagated = (*widths[1:], 0)
        self.initial: Any = nn.ModuleList(
            nn.ModuleDict(
                {
                    task: nn.Sequential(
                        residual_block(own + before, width, norm_cfg),
                        residual_block(width, width, norm_cfg),
                    )
                    for task in self.tasks
                }
            )
            for own, before, width in zip(self.in_channels, propagated, widths, strict=True)
        )
        self.distillation = nn.ModuleList(
            MultiModalDistillation(self.tasks, width) for width in widths
        )
        self.propagation = nn.ModuleList(
            FeaturePropagation(self.tasks, width, norm_cfg) for width in widths[1:]
        )

    def forward(
        self, features: Sequence[Tensor], tasks: Collection[str] | None = None
    ) -> dict[str, tuple[Tensor, ...]]:
        """Computes the features of the final and of the initial predictions.

        Args:
            features: Maps of shape (N, C, H, W) with C of ``in_channels``, the finest first.
            tasks: The tasks that are asked for; of the others, only what these read is computed.
                Defaults to all.

        Returns:
            For each task that is asked for the distilled features of every scale, the finest first,
            and then those of the initial predictions; of the features' sizes, with ``channels``
            channels.
        """
        asked = asked_of(self.tasks, tasks)
        *finer, coarsest = self.checked(features)
        *branches, coarsest_branches = self.initial
        initial = [{task: branch(coarsest) for task, branch in coarsest_branches.items()}]
        for feature, level, propagate in zip(
            reversed(finer), reversed(branches), reversed(self.propagation), strict=True
        ):
            before = propagate(initial[-1])
            initial.append(
                {
                    task: branch(resize_concat(feature, before[task]))
                    for task, branch in level.items()
                }
            )
        initial.reverse()
        distilled = [
            distil(level, asked) for distil, level in zip(self.distillation, initial, strict=True)
        ]
        return {task: tuple(level[task] for level in (*distilled, *initial)) for task in asked}
