from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mmseg.registry import TASK_UTILS

from mmmtl.tasks.binary_task import BinaryTask


@TASK_UTILS.register_module()
@dataclass(frozen=True, kw_only=True)
class BoundaryTask(BinaryTask):
    """Lines, such as the edges of objects: yes or no per pixel, where a pixel beside is a hit too.

    All but the scores are as in a :class:`BinaryTask`, whose metrics count pixels where they are.

    Args:
        name: Name of the task.
    """

    default_metrics: ClassVar[tuple[Mapping[str, Any], ...]] = (dict(type='BoundaryMetric'),)
    table_metrics: ClassVar[tuple[str, ...]] = ('odsF', 'oisF', 'AP')
