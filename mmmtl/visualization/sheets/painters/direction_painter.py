from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from mmmtl.tasks import Task
from mmmtl.visualization.sheets.colors import color_directions
from mmmtl.visualization.sheets.painters.base import ErrorBarPainter, Legend, no_label, swatch

_SIDES = {
    'to camera': (0, 0, -1),
    'up': (0, -1, 0),
    'down': (0, 1, 0),
    'left': (-1, 0, 0),
    'right': (1, 0, 0),
}
"""Where surfaces face that a camera can see."""


class DirectionPainter:
    """Paints directions (see :func:`mmmtl.visualization.sheets.colors.color_directions`).

    Args:
        task: A task that predicts directions.
        labels: The labels (3, H, W) of the picture.
        predictions: Not read.
    """

    def __init__(
        self,
        task: Task,
        labels: Sequence[Tensor],
        predictions: Sequence[Tensor],
    ) -> None:
        entries = tuple(
            (name, swatch(color_directions(np.array(side).reshape(3, 1, 1))[0, 0]))
            for name, side in _SIDES.items()
        )
        self.key = Legend(entries + no_label(task, labels))

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Paints a label, grey where there is none."""
        return color_directions(label.numpy())

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Paints a prediction."""
        return color_directions(prediction.numpy())


class DirectionErrorPainter(ErrorBarPainter):
    """Paints the angle between directions, from 0 to 45 degrees."""

    value_range = (0.0, 45.0)

    def text(self) -> str:
        """Says what the error is, with the unit."""
        return 'angular error [°]'

    def error(self, label: Tensor, prediction: Tensor) -> Tensor:
        """Computes the angle in degrees."""
        cosine = (self.task.normalise(label) * self.task.normalise(prediction)).sum(dim=0)
        return torch.rad2deg(torch.arccos(cosine.clamp(-1, 1)))
