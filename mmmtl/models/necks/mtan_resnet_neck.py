from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import ClassVar

from mmcv.cnn import build_norm_layer
from mmengine.model import BaseModule
from mmseg.models.backbones import ResNet
from mmseg.models.backbones.resnet import BasicBlock, Bottleneck
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.asked import asked_of
from mmmtl.models.backbones.mtan_resnet import ResNetFeatures
from mmmtl.models.layers import XAVIER_INIT
from mmmtl.models.necks.units.shared_by_tasks import SharedByTasks
from mmmtl.models.necks.units.stage_masks import StageMasks
from mmmtl.tasks import check_task_names


@MODELS.register_module()
class MTANResNetNeck(BaseModule):
    r"""The task attention of MTAN on a ResNet, the form that later benchmarks use.

    `End-to-End Multi-Task Learning with Attention <https://arxiv.org/abs/1803.10704>`__ in the form
    that its authors gave it for ResNets, and with which `Auto-Lambda
    <https://arxiv.org/abs/2202.03091>`_ and `LibMTL <https://arxiv.org/abs/2203.14338>`_ report
    MTAN: of stage :math:`j`, with :math:`u_j` the features before its last residual block and
    :math:`p_j` its output, task :math:`i` keeps

    .. math::
        \hat a_j^i = h_j^i(g_j^i([u_j; r(f_{j-1}(\hat a_{j-1}^i))])) \odot p_j.

    - :math:`h \circ g`: the mask, one for each task, a quarter of the stage's channels wide inside
      (all of them for the basic blocks of ResNet-18 and 34), see :class:`StageMasks`;
    - :math:`f_j`: one residual block of stride 1, **shared by all tasks**, with a convolution 1x1
      in its shortcut; the first stage has none before it;
    - :math:`r`: max-pooling to the size of the next stage, where that is smaller.

    Two things differ from the public code. The convolutions start from Xavier normal as in MTAN's
    paper, where the public code keeps PyTorch's defaults. And sizes that are not divisible by the
    strides work, by adaptive pooling.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        in_channels: Channels of the stages of the
            :class:`~mmmtl.models.backbones.MTANResNet`. Defaults to ``(256, 512, 1024, 2048)``.
        depth: Depth of the backbone, which says what a residual block is. Defaults to 50.
        separate_statistics: Whether the batch normalisations that tasks share estimate running
            statistics for each task, see
            :class:`~mmmtl.models.necks.units.SharedByTasks`. Defaults to False, as in the
            authors' code.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to :data:`~mmmtl.models.layers.XAVIER_INIT`.

    Raises:
        ValueError: If a task or the depth is unknown.
    """

    leaves_out_tasks: ClassVar[bool] = True
    """Whether ``forward`` takes the names of the tasks that are asked for."""

    def __init__(
        self,
        tasks: Sequence[str],
        in_channels: Sequence[int] = (256, 512, 1024, 2048),
        depth: int = 50,
        separate_statistics: bool = False,
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = XAVIER_INIT,
    ) -> None:
        super().__init__(init_cfg)
        if depth not in ResNet.arch_settings:
            raise ValueError(f'depth: expected one of {list(ResNet.arch_settings)}, found {depth}.')
        self.tasks = check_task_names(tasks)
        block, _ = ResNet.arch_settings[depth]
        self.shared = SharedByTasks(
            [_residual_block(block, *channels, norm_cfg) for channels in pairwise(in_channels)],
            self.tasks,
            separate_statistics,
        )
        self.attention = nn.ModuleDict(
            {task: StageMasks(in_channels, block.expansion, norm_cfg) for task in self.tasks}
        )

    def forward(
        self, features: ResNetFeatures, tasks: Collection[str] | None = None
    ) -> dict[str, tuple[Tensor, ...]]:
        """Gives each task its own view of the shared features.

        Args:
            features: The stages of the shared ResNet.
            tasks: The tasks that are asked for; nothing is computed for the others. Defaults to
                all.

        Returns:
            For each task that is asked for the attended features of the stages, the last of shape
            (N, in_channels[-1], H, W).

        Raises:
            ValueError: If the backbone is not an ``MTANResNet``.
        """
        if not isinstance(features, ResNetFeatures):
            raise ValueError(
                f'MTANResNetNeck: expected the stages of an MTANResNet, '
                f'found {type(features).__name__}; set backbone.type to MTANResNet.'
            )
        before = [stage.before for stage in features.stages]
        outputs = [stage.output for stage in features.stages]
        return {
            task: self.attention[task](before, outputs, self.shared.of(task))
            for task in asked_of(self.tasks, tasks)
        }


def _residual_block(
    block: type[BasicBlock | Bottleneck], in_channels: int, out_channels: int, norm_cfg: dict | None
) -> nn.Module:
    norm_cfg = norm_cfg or dict(type='BN')
    shortcut = nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=False),
        build_norm_layer(norm_cfg, out_channels)[1],
    )
    planes = out_channels // block.expansion
    return block(in_channels, planes, downsample=shortcut, norm_cfg=norm_cfg)
