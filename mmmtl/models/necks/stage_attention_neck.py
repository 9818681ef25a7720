from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import ClassVar

from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.asked import asked_of
from mmmtl.models.layers import XAVIER_INIT, ConvNormAct
from mmmtl.models.necks.units.shared_by_tasks import SharedByTasks
from mmmtl.models.necks.units.stage_masks import StageMasks
from mmmtl.tasks import check_task_names


@MODELS.register_module()
class StageAttentionNeck(BaseModule):
    r"""The task attention of MTAN over the stages of any backbone.

    `End-to-End Multi-Task Learning with Attention <https://arxiv.org/abs/1803.10704>`__ puts its
    masks into the blocks of a SegNet. Here they work on the features :math:`x_j` that a backbone
    gives to its head, and leave their number, channels and sizes as they are: of stage :math:`j`,
    task :math:`i` gets

    .. math::
        \hat a_j^i = h_j^i(g_j^i([x_j; r(f_{j-1}(\hat a_{j-1}^i))])) \odot x_j.

    - :math:`h \circ g`: the mask, one for each task, see :class:`StageMasks`;
    - :math:`f_j`: convolution 3x3, normalisation and ReLU, **shared by all tasks**; the first stage
      has none before it;
    - :math:`r`: resizes to the next stage, by max-pooling downwards, bilinearly upwards.

    What differs from the paper: a mask sees the very features that it is applied to, since a
    backbone does not show what is inside of its stages, and there is no decoder to attend to. For
    ResNets, :class:`MTANResNetNeck` looks inside.

    Stages may come in any order and have any sizes. A head that reads only some of the stages
    leaves the masks of those after the last one that it reads without gradients.

    Args:
        in_channels: Channels of the backbone's features, as for mmseg's necks.
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        reduction: How many times fewer channels a mask has between its two convolutions than the
            stage; 4 suits backbones as wide as ResNet-50. Defaults to 1, the paper's.
        shared_last: Whether the last stage has an :math:`f_j`, too, after its mask, as in MTAN's
            network for image classification on a :class:`~mmmtl.models.backbones.WideResNet`.
            Defaults to False.
        separate_statistics: Whether the batch normalisations that tasks share estimate running
            statistics for each task, see
            :class:`~mmmtl.models.necks.units.SharedByTasks`. Defaults to False.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to the paper's, :data:`~mmmtl.models.layers.XAVIER_INIT`.

    Raises:
        ValueError: If a task is unknown, there is no stage, or a stage is narrower than
            ``reduction``.
    """

    leaves_out_tasks: ClassVar[bool] = True
    """Whether ``forward`` takes the names of the tasks that are asked for."""

    def __init__(
        self,
        in_channels: Sequence[int],
        tasks: Sequence[str],
        reduction: int = 1,
        shared_last: bool = False,
        separate_statistics: bool = False,
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = XAVIER_INIT,
    ) -> None:
        super().__init__(init_cfg)
        if not in_channels:
            raise ValueError('in_channels: expected the channels of each stage, found none.')
        self.tasks = check_task_names(tasks)
        self.in_channels = tuple(in_channels)
        self.shared_last = shared_last
        outputs = (*in_channels, *in_channels[-1:]) if shared_last else in_channels
        self.shared = SharedByTasks(
            [ConvNormAct(*channels, norm_cfg=norm_cfg) for channels in pairwise(outputs)],
            self.tasks,
            separate_statistics,
        )
        self.attention = nn.ModuleDict(
            {task: StageMasks(in_channels, reduction, norm_cfg) for task in self.tasks}
        )

    def forward(
        self, features: Sequence[Tensor], tasks: Collection[str] | None = None
    ) -> dict[str, tuple[Tensor, ...]]:
        """Gives each task its own view of the features.

        Args:
            features: The backbone's feature maps, of shapes (N, in_channels[j], H_j, W_j).
            tasks: The tasks that are asked for; nothing is computed for the others. Defaults to
                all.

        Returns:
            For each task that is asked for as many feature maps of the same shapes.

        Raises:
            ValueError: If number or channels of the feature maps are not those of ``in_channels``.
        """
        found = _channels(features)
        if found != self.in_channels:
            raise ValueError(
                f'in_channels: expected the channels of the feature maps, {found}, '
                f'found {self.in_channels}.'
            )
        return {task: self._attend(task, features) for task in asked_of(self.tasks, tasks)}

    def _attend(self, task: str, features: Sequence[Tensor]) -> tuple[Tensor, ...]:
        shared = self.shared.of(task)
        *attended, last = self.attention[task](features, features, shared)
        return (*attended, shared[-1](last) if self.shared_last else last)


def _channels(features: Sequence[Tensor]) -> tuple[int, ...]:
    if not isinstance(features, (tuple, list)) or not all(
        isinstance(level, Tensor) and level.ndim == 4 for level in features
    ):
        raise ValueError(
            'StageAttentionNeck: expected a tuple of feature maps (N, C, H, W) from the backbone, '
            f'found {type(features).__name__}.'
        )
    return tuple(level.shape[1] for level in features)
