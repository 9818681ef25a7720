"""What turns the errors of predictions into colours, with the key that explains them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from mmmtl.tasks import BinaryTask, ClassTask, DirectionTask, ScalarTask, Task, VectorTask
from mmmtl.visualization.sheets.colors import INVALID_COLOR, color_scalars
from mmmtl.visualization.sheets.painters import ColorBar, Legend

_RIGHT, _WRONG = (235, 235, 235), (200, 30, 30)
_SWATCH_SHAPE = (24, 24)
_COLORMAP = 'inferno'
_DEGREES = (0.0, 45.0)


class ErrorPainter(Protocol):
    """Paints the errors of one task's predictions, of all models of a picture alike."""

    @property
    def key(self) -> Legend | ColorBar:
        """What the colours mean."""

    def paint(self, label: Tensor, prediction: Tensor) -> np.ndarray:
        """Paints the errors of a prediction (C, H, W) as uint8 RGB (H, W, 3)."""


class ClassErrorPainter:
    """Paints pixels of the right and of a wrong class.

    Args:
        task: The task.
        pairs: Labels and predictions (1, H, W) of the picture, of all models.
    """

    def __init__(self, task: Task, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
        self.task = task
        known = (('right', _swatch(_RIGHT)), ('wrong', _swatch(_WRONG)))
        self.key = Legend(known + _no_label(task, pairs).entries)

    def paint(self, label: Tensor, prediction: Tensor) -> np.ndarray:
        """Paints right and wrong pixels, grey where there is no label."""
        wrong = (label != prediction)[0].numpy()[..., None]
        painted = np.where(wrong, _WRONG, _RIGHT)
        valid = self.task.valid_mask(label)[0].numpy()[..., None]
        return np.where(valid, painted, INVALID_COLOR).astype(np.uint8)


class ScalarErrorPainter:
    """Paints the absolute error of scalars; the range ends at percentile 98 of all errors.

    Args:
        task: The task.
        pairs: Labels and predictions (1, H, W) of the picture, of all models.
    """

    def __init__(self, task: ScalarTask, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
        self.task = task
        errors = [(p - label).abs()[task.valid_mask(label)] for label, p in pairs]
        joined = torch.cat(errors).numpy() if errors else np.zeros(0)
        high = float(np.percentile(joined, 98)) if joined.size else 0.0
        self.key = ColorBar(
            f'absolute error, {task.label}', (0.0, high or 1.0), _COLORMAP, _no_label(task, pairs)
        )

    def paint(self, label: Tensor, prediction: Tensor) -> np.ndarray:
        """Paints errors from dark to bright, grey where there is no label."""
        error = (prediction - label).abs()[0].numpy()
        valid = self.task.valid_mask(label)[0].numpy()
        return color_scalars(error, self.key.value_range, valid, _COLORMAP)


class MaskErrorPainter:
    """Paints how far probabilities are from the label, from 0 to 1.

    Args:
        task: The task.
        pairs: Labels and predictions (1, H, W) of the picture, of all models.
    """

    def __init__(self, task: Task, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
        self.task = task
        text = f'absolute error, probability of {task.name}'
        self.key = ColorBar(text, (0.0, 1.0), _COLORMAP, _no_label(task, pairs))

    def paint(self, label: Tensor, prediction: Tensor) -> np.ndarray:
        """Paints errors from dark to bright, grey where there is no label."""
        error = (prediction - label).abs()[0].numpy()
        valid = self.task.valid_mask(label)[0].numpy()
        return color_scalars(error, self.key.value_range, valid, _COLORMAP)


class VectorErrorPainter:
    """Paints the distance of vectors; the range ends at percentile 98 of all errors.

    Args:
        task: The task.
        pairs: Labels and predictions (C, H, W) of the picture, of all models.
    """

    def __init__(self, task: VectorTask, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
        self.task = task
        errors = [_distance(label, p)[task.valid_mask(label)[0]] for label, p in pairs]
        joined = torch.cat(errors).numpy() if errors else np.zeros(0)
        high = float(np.percentile(joined, 98)) if joined.size else 0.0
        text = f'distance, {task.name}' + (f' [{task.unit}]' if task.unit else '')
        self.key = ColorBar(text, (0.0, high or 1.0), _COLORMAP, _no_label(task, pairs))

    def paint(self, label: Tensor, prediction: Tensor) -> np.ndarray:
        """Paints distances from dark to bright, grey where there is no label."""
        valid = self.task.valid_mask(label)[0].numpy()
        error = _distance(label, prediction).numpy()
        return color_scalars(error, self.key.value_range, valid, _COLORMAP)


class DirectionErrorPainter:
    """Paints the angle between directions, from 0 to 45 degrees.

    Args:
        task: The task.
        pairs: Labels and predictions (3, H, W) of the picture, of all models.
    """

    def __init__(self, task: Task, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
        self.task = task
        self.key = ColorBar('angular error [°]', _DEGREES, _COLORMAP, _no_label(task, pairs))

    def paint(self, label: Tensor, prediction: Tensor) -> np.ndarray:
        """Paints angles from dark to bright, grey where there is no label."""
        cosine = (self.task.normalise(label) * self.task.normalise(prediction)).sum(dim=0)
        angle = torch.rad2deg(torch.arccos(cosine.clamp(-1, 1))).numpy()
        return color_scalars(angle, _DEGREES, self.task.valid_mask(label)[0].numpy(), _COLORMAP)


@singledispatch
def make_error_painter(task: Task, pairs: Sequence[tuple[Tensor, Tensor]]) -> ErrorPainter:
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


def _distance(label: Tensor, prediction: Tensor) -> Tensor:
    return torch.linalg.vector_norm(prediction - label, dim=0)


def _no_label(task: Task, pairs: Sequence[tuple[Tensor, Tensor]]) -> Legend:
    if all(task.valid_mask(label).all() for label, _ in pairs):
        return Legend(())
    return Legend((('no label', _swatch(INVALID_COLOR)),))


def _swatch(color: tuple[int, int, int]) -> np.ndarray:
    return np.full((*_SWATCH_SHAPE, 3), color, dtype=np.uint8)
