"""What turns the errors of predictions into colours, with the key that explains them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from mmmtl.depth_units import get_depth_unit
from mmmtl.tasks import Quantity, Task
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
        task: A task that predicts classes.
        pairs: Labels and predictions (1, H, W) of the picture, of all models.
        metainfo: Not read.
    """

    def __init__(
        self, task: Task, pairs: Sequence[tuple[Tensor, Tensor]], metainfo: Mapping[str, Any]
    ) -> None:
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
        task: A task that predicts scalars.
        pairs: Labels and predictions (1, H, W) of the picture, of all models.
        metainfo: Metadata of the data set, of which ``depth_unit`` is read.
    """

    def __init__(
        self, task: Task, pairs: Sequence[tuple[Tensor, Tensor]], metainfo: Mapping[str, Any]
    ) -> None:
        self.task = task
        errors = [(p - label).abs()[task.valid_mask(label)] for label, p in pairs]
        joined = torch.cat(errors).numpy() if errors else np.zeros(0)
        high = float(np.percentile(joined, 98)) if joined.size else 0.0
        unit = metainfo.get('depth_unit')
        name = task.name if unit is None or task.geometry else get_depth_unit(unit).label
        self.key = ColorBar(
            f'absolute error, {name}', (0.0, high or 1.0), _COLORMAP, _no_label(task, pairs)
        )

    def paint(self, label: Tensor, prediction: Tensor) -> np.ndarray:
        """Paints errors from dark to bright, grey where there is no label."""
        error = (prediction - label).abs()[0].numpy()
        valid = self.task.valid_mask(label)[0].numpy()
        return color_scalars(error, self.key.value_range, valid, _COLORMAP)


class DirectionErrorPainter:
    """Paints the angle between directions, from 0 to 45 degrees.

    Args:
        task: A task that predicts directions.
        pairs: Labels and predictions (3, H, W) of the picture, of all models.
        metainfo: Not read.
    """

    def __init__(
        self, task: Task, pairs: Sequence[tuple[Tensor, Tensor]], metainfo: Mapping[str, Any]
    ) -> None:
        self.task = task
        self.key = ColorBar('angular error [°]', _DEGREES, _COLORMAP, _no_label(task, pairs))

    def paint(self, label: Tensor, prediction: Tensor) -> np.ndarray:
        """Paints angles from dark to bright, grey where there is no label."""
        cosine = (self.task.normalise(label) * self.task.normalise(prediction)).sum(dim=0)
        angle = torch.rad2deg(torch.arccos(cosine.clamp(-1, 1))).numpy()
        return color_scalars(angle, _DEGREES, self.task.valid_mask(label)[0].numpy(), _COLORMAP)


_PAINTERS: dict[Quantity, type[ClassErrorPainter | ScalarErrorPainter | DirectionErrorPainter]] = {
    Quantity.CLASSES: ClassErrorPainter,
    Quantity.SCALAR: ScalarErrorPainter,
    Quantity.DIRECTION: DirectionErrorPainter,
}


def make_error_painter(
    task: Task, pairs: Sequence[tuple[Tensor, Tensor]], metainfo: Mapping[str, Any]
) -> ErrorPainter:
    """Gives the painter for the errors of one task in one picture.

    Args:
        task: The task.
        pairs: Its labels and predictions (C, H, W), of all models.
        metainfo: Metadata of the data set: ``depth_unit``.

    Returns:
        The painter of the task's quantity.
    """
    return _PAINTERS[task.quantity](task, pairs, metainfo)


def _no_label(task: Task, pairs: Sequence[tuple[Tensor, Tensor]]) -> Legend:
    if all(task.valid_mask(label).all() for label, _ in pairs):
        return Legend(())
    return Legend((('no label', _swatch(INVALID_COLOR)),))


def _swatch(color: tuple[int, int, int]) -> np.ndarray:
    return np.full((*_SWATCH_SHAPE, 3), color, dtype=np.uint8)
