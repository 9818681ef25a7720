"""Which painter a kind of task has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from torch import Tensor

from mmmtl.tasks import (
    BinaryTask,
    ClassTask,
    DirectionTask,
    ImageClassTask,
    ScalarTask,
    Task,
    VectorTask,
)
from mmmtl.visualization.sheets.painters.base import ErrorPainter, Painter
from mmmtl.visualization.sheets.painters.class_painter import ClassErrorPainter, ClassPainter
from mmmtl.visualization.sheets.painters.direction_painter import (
    DirectionErrorPainter,
    DirectionPainter,
)
from mmmtl.visualization.sheets.painters.image_class_painter import (
    ImageClassErrorPainter,
    ImageClassPainter,
)
from mmmtl.visualization.sheets.painters.mask_painter import MaskErrorPainter, MaskPainter
from mmmtl.visualization.sheets.painters.scalar_painter import ScalarErrorPainter, ScalarPainter
from mmmtl.visualization.sheets.painters.vector_painter import VectorErrorPainter, VectorPainter


@singledispatch
def make_painter(task: Task, labels: Sequence[Tensor], predictions: Sequence[Tensor]) -> Painter:  # noqa: ARG001
    """Gives the painter for the maps of one task in one picture.

    Kinds of tasks are registered with ``make_painter.register``.

    Args:
        task: The task.
        labels: Its labels (C, H, W) on the CPU.
        predictions: Its predictions (C, H, W) on the CPU.

    Returns:
        The painter of the task's kind.

    Raises:
        TypeError: If none is registered for the kind.
    """
    raise TypeError(f'make_painter: expected a kind that is registered, found {task!r}.')


make_painter.register(ClassTask, ClassPainter)
make_painter.register(BinaryTask, MaskPainter)
make_painter.register(ScalarTask, ScalarPainter)
make_painter.register(DirectionTask, DirectionPainter)
make_painter.register(VectorTask, VectorPainter)
make_painter.register(ImageClassTask, ImageClassPainter)


@singledispatch
def make_error_painter(task: Task, pairs: Sequence[tuple[Tensor, Tensor]]) -> ErrorPainter:  # noqa: ARG001
    """Gives the painter for the errors of one task in one picture.

    Kinds of tasks are registered with ``make_error_painter.register``.

    Args:
        task: The task.
        pairs: Its labels and predictions (C, H, W), of all models.

    Returns:
        The painter of the task's kind.

    Raises:
        TypeError: If none is registered for the kind.
    """
    raise TypeError(f'make_error_painter: expected a kind that is registered, found {task!r}.')


make_error_painter.register(ClassTask, ClassErrorPainter)
make_error_painter.register(BinaryTask, MaskErrorPainter)
make_error_painter.register(ScalarTask, ScalarErrorPainter)
make_error_painter.register(DirectionTask, DirectionErrorPainter)
make_error_painter.register(VectorTask, VectorErrorPainter)
make_error_painter.register(ImageClassTask, ImageClassErrorPainter)
