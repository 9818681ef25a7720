from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from torch import Tensor

from mmmtl.tasks import ScalarTask
from mmmtl.visualization.sheets.colors import color_scalars
from mmmtl.visualization.sheets.painters.base import (
    ColorBar,
    ErrorBarPainter,
    Legend,
    known_values,
    no_label,
    percentile_range,
)


class ScalarPainter:
    """Paints scalars so that what is near is bright, whatever the unit.

    An inverse depth or disparity grows towards the camera and goes from dark to bright along
    ``magma``; a depth in metres goes the other way, along ``magma_r``. The range runs from
    percentile 2 to 98 of the valid label pixels, or of the predictions where there is no label.

    Args:
        task: The task. Numbers that are no depths, or whose unit is not stated, are bright where
            they are large.
        labels: The labels (1, H, W) of the picture.
        predictions: The predictions (1, H, W) of the picture.
    """

    def __init__(
        self,
        task: ScalarTask,
        labels: Sequence[Tensor],
        predictions: Sequence[Tensor],
    ) -> None:
        self.task = task
        grows_with_distance = task.depth_unit is not None and task.depth_unit.zoom_exponent < 0
        self.key = ColorBar(
            task.label,
            percentile_range(known_values(task, labels, predictions)),
            'magma_r' if grows_with_distance else 'magma',
            Legend(no_label(task, labels)),
        )

    @property
    def value_range(self) -> tuple[float, float]:
        """tuple: The values at the ends of the colours."""
        return self.key.value_range

    def with_range(self, value_range: tuple[float, float]) -> ScalarPainter:
        """Gives a painter with another range."""
        painter = copy.copy(self)
        painter.key = replace(self.key, value_range=value_range)
        return painter

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Paints a label, grey where there is none."""
        return self._paint(label, self.task.valid_mask(label)[0].numpy())

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Paints a prediction, grey where it is NaN."""
        return self._paint(prediction, None)

    def _paint(self, values: Tensor, valid: np.ndarray | None) -> np.ndarray:
        return color_scalars(values[0].numpy(), self.key.value_range, valid, self.key.colormap)


class ScalarErrorPainter(ErrorBarPainter):
    """Paints the absolute error of scalars; the range ends at percentile 98 of all errors."""

    task: ScalarTask

    def text(self) -> str:
        """Says what the error is, with the unit."""
        return f'absolute error, {self.task.label}'

    def error(self, label: Tensor, prediction: Tensor) -> Tensor:
        """Computes the absolute difference."""
        return (prediction - label).abs()[0]
