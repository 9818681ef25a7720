from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import nn

from mmmtl.compat.scope import registry_scope
from mmmtl.models.asked import asked_of
from mmmtl.tasks import check_task_names


@MODELS.register_module()
class PerTaskNeck(BaseModule):
    """Gives each task a neck of its own, such as an ASPP or a feature pyramid.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        neck: Config of the neck that each task gets one of, any of mmseg's or this package's.
        attention: Config of a task neck before them, whose tasks are filled in. Defaults to none:
            the necks of all tasks read the same features.
        init_cfg: Initialisation. Defaults to that of the parts.

    Raises:
        ValueError: If a task is unknown.
    """

    leaves_out_tasks: ClassVar[bool] = True
    """Whether ``forward`` takes the names of the tasks that are asked for."""

    @registry_scope()
    def __init__(
        self,
        tasks: Sequence[str],
        neck: dict,
        attention: dict | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        self.tasks = check_task_names(tasks)
        self.attention: nn.Module | None = None
        if attention is not None:
            self.attention = MODELS.build({**attention, 'tasks': self.tasks})
        self.necks = nn.ModuleDict({task: MODELS.build(neck) for task in self.tasks})

    def forward(self, features: Any, tasks: Collection[str] | None = None) -> dict[str, Any]:
        """Computes the features of each task.

        Args:
            features: What the backbone gives.
            tasks: The tasks that are asked for; nothing is computed for the others. Defaults to
                all.

        Returns:
            For each task that is asked for what its neck gives.
        """
        asked = asked_of(self.tasks, tasks)
        if self.attention is None:
            given = dict.fromkeys(asked, features)
        elif getattr(self.attention, 'leaves_out_tasks', False):
            given = self.attention(features, asked)
        else:
            given = self.attention(features)
        return {task: self.necks[task](given[task]) for task in asked}
