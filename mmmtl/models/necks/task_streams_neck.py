from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmcv.cnn import ConvModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.compat.scope import registry_scope
from mmmtl.models.necks.pyramid_task_neck import PyramidTaskNeck, resize_concat


@MODELS.register_module()
class TaskStreamsNeck(PyramidTaskNeck):
    r"""A stream of convolutions for each task, and units that mix the streams after each of them.

    At every scale :math:`j` of the backbone's features :math:`F_j`, from the coarsest to the
    finest, task :math:`i` computes

    .. math::
        x_j^i = \mathrm{ReLU}(\mathrm{BN}(\mathrm{conv}_{3 \times 3}
            ([F_j; \mathrm{resize}(\tilde x_{j+1}^i)]))), \qquad
        (\tilde x_j^1, \dots, \tilde x_j^K) = u_j(x_j^1, \dots, x_j^K)

    - :math:`u_j`: the unit, :class:`~mmmtl.models.necks.units.CrossStitchUnit` or
      :class:`~mmmtl.models.necks.units.NDDRUnit`, one for each scale.

    The papers of these units give each task a whole network of its own and put the units between
    the networks' layers. Here the tasks share a backbone, of any kind, and the streams are their
    decoders: memory and time grow with the number of tasks only after the backbone, and the units
    mix what the tasks have already made of the features. The
    :class:`~mmmtl.models.backbones.CrossStitchSegNet` is the form with whole networks.

    Both papers train their units with a larger learning rate than the rest: in a config,
    ``optim_wrapper.paramwise_cfg.custom_keys={'neck.units': dict(lr_mult=10)}``.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        in_channels: Channels of the backbone's features, the finest first.
        unit: Config of the unit without its ``num_tasks`` and ``channels``. Defaults to
            ``dict(type='CrossStitchUnit')``.
        channels: Channels of the streams. Defaults to 256.
        norm_cfg: Config of the streams' normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to that of the parts, Kaiming normal for convolutions.
    """

    @registry_scope()
    def __init__(
        self,
        tasks: Sequence[str],
        in_channels: Sequence[int],
        unit: dict | None = None,
        channels: int = 256,
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(tasks, in_channels, init_cfg=init_cfg)
        unit = {
            'type': 'CrossStitchUnit',
            **(unit or {}),
            'num_tasks': len(self.tasks),
            'channels': channels,
        }
        *finer, coarsest = self.in_channels
        seen = [*(width + channels for width in finer), coarsest]
        self.streams: Any = nn.ModuleDict(
            {
                task: nn.ModuleList(
                    ConvModule(width, channels, 3, padding=1, norm_cfg=norm_cfg or dict(type='BN'))
                    for width in seen
                )
                for task in self.tasks
            }
        )
        self.units = nn.ModuleList(MODELS.build(unit) for _ in seen)

    def forward(self, features: Sequence[Tensor]) -> dict[str, tuple[Tensor, ...]]:
        """Runs the streams.

        Args:
            features: Maps of shape (N, C, H, W) with C of ``in_channels``, the finest first.

        Returns:
            For each task the mixed features of every scale, of the features' sizes and with
            ``channels`` channels, the finest first.
        """
        stages = zip(*self.streams.values(), strict=True)
        levels = list(zip(self.checked(features), self.units, stages, strict=True))
        mixed: tuple[Tensor, ...] = ()
        outputs = []
        for feature, unit, convs in reversed(levels):
            own = [
                conv(resize_concat(feature, *mixed[task : task + 1]))
                for task, conv in enumerate(convs)
            ]
            mixed = unit(own)
            outputs.append(mixed)
        per_task = zip(*reversed(outputs), strict=True)
        return dict(zip(self.tasks, per_task, strict=True))
