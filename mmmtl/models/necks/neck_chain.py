from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from mmengine.model import BaseModule, ModuleList
from mmseg.registry import MODELS

from mmmtl.compat.scope import registry_scope
from mmmtl.models.segmentors.named_parts import named_arguments, type_of
from mmmtl.tasks import check_task_names


@MODELS.register_module()
class NeckChain(BaseModule):
    """Several necks, each of which reads what the one before it gives.

    So a task neck that reads a pyramid works on a backbone that has none::

        neck=dict(
            type='NeckChain',
            necks=[
                dict(type='SimpleFeaturePyramid', in_channels=384),
                dict(type='StageAttentionNeck', in_channels=[256] * 4),
            ],
        )

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`; necks that ask for them are told.
        necks: Configs of the necks, any of mmseg's or this package's. Only the last may give
            features by task.
        init_cfg: Initialisation. Defaults to that of the parts.

    Raises:
        ValueError: If a task is unknown, or there is no neck.
    """

    @registry_scope()
    def __init__(
        self,
        tasks: Sequence[str],
        necks: Sequence[dict],
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        self.tasks = check_task_names(tasks)
        if not necks:
            raise ValueError('necks: expected configs of necks, found none.')
        self.necks = ModuleList()
        for index, config in enumerate(necks):
            told = named_arguments(type_of(config, f'necks.{index}'), {'tasks': self.tasks})
            self.necks.append(MODELS.build({**told, **config}))

    @property
    def leaves_out_tasks(self) -> bool:
        """bool: Whether the last neck takes the names of the tasks that are asked for."""
        return getattr(self.necks[-1], 'leaves_out_tasks', False)

    def forward(self, features: Any, tasks: Collection[str] | None = None) -> Any:
        """Runs the necks.

        Args:
            features: What the backbone gives.
            tasks: The tasks that are asked for, if the last neck takes them. Defaults to all.

        Returns:
            What the last neck gives.
        """
        for neck in self.necks[:-1]:
            features = neck(features)
        last = self.necks[-1]
        return last(features) if tasks is None else last(features, tasks)
