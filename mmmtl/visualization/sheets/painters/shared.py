from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from torch import Tensor

from mmmtl.tasks import Task
from mmmtl.visualization.sheets.painters.base import Painter, RangedPainter
from mmmtl.visualization.sheets.painters.making import make_painter


class SharedPainters:
    """Painters of several pictures, in all of which a colour means the same.

    A task whose colours span a range of values has one painter: with the range that is given, or
    that of the first maps. The others have a painter for each picture, whose key names what is in
    it.

    Args:
        tasks: The tasks by name, of which ranges are given. Defaults to none.
        ranges: The values at the ends of the colours by name of the task. Defaults to none.

    Raises:
        ValueError: If a range is empty or not finite, or there is no such task, or its colours have
            none.
    """

    def __init__(
        self,
        tasks: Mapping[str, Task] | None = None,
        ranges: Mapping[str, tuple[float, float]] | None = None,
    ) -> None:
        self._shared: dict[str, RangedPainter] = {}
        known = {name: make_painter(task, [], []) for name, task in (tasks or {}).items()}
        ranged = {name: own for name, own in known.items() if isinstance(own, RangedPainter)}
        for name, (low, high) in (ranges or {}).items():
            if name not in ranged:
                raise ValueError(
                    f'range: expected tasks whose colours span one, {list(ranged)}, found {name!r}.'
                )
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise ValueError(
                    f'range: expected LOW < HIGH for {name}, found {low:g} and {high:g}.'
                )
            self._shared[name] = ranged[name].with_range((low, high))

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """dict: The ranges that are decided, by name of the task."""
        return {name: painter.value_range for name, painter in self._shared.items()}

    def painter(
        self, task: Task, labels: Sequence[Tensor], predictions: Sequence[Tensor]
    ) -> Painter:
        """Gives the painter for the maps of one task in one picture.

        Args:
            task: The task.
            labels: Its labels (C, H, W) on the CPU.
            predictions: Its predictions (C, H, W) on the CPU.

        Returns:
            The painter.

        Raises:
            TypeError: If none is registered for the kind of the task.
        """
        if task.name in self._shared:
            return self._shared[task.name]
        painter = make_painter(task, labels, predictions)
        if isinstance(painter, RangedPainter):
            self._shared[task.name] = painter
        return painter
