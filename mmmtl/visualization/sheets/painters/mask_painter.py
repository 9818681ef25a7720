from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from mmmtl.tasks import BinaryTask
from mmmtl.visualization.sheets.colors import color_scalars, hatch
from mmmtl.visualization.sheets.painters.base import (
    SWATCH_SHAPE,
    ColorBar,
    ErrorBarPainter,
    Legend,
    no_label,
)

_PROBABILITIES = (0.0, 1.0)
_COLORMAP = 'gray'


class MaskPainter:
    """Paints probabilities from black (no) to white (yes).

    Args:
        task: The task.
        labels: The labels (1, H, W) of the picture.
        predictions: Not read.
    """

    def __init__(
        self, task: BinaryTask, labels: Sequence[Tensor], predictions: Sequence[Tensor]
    ) -> None:
        self.task = task
        unlabelled = no_label(task, labels, hatch(SWATCH_SHAPE))  # a grey would be a probability
        text = f'probability of {task.name}'
        self.key = ColorBar(text, _PROBABILITIES, _COLORMAP, Legend(unlabelled))

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Paints a label, hatched where there is none."""
        valid = self.task.valid_mask(label)[0].numpy()[..., None]
        return np.where(valid, self.paint_prediction(label), hatch(label.shape[1:]))

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Paints a prediction."""
        return color_scalars(prediction[0].numpy(), _PROBABILITIES, colormap=_COLORMAP)


class MaskErrorPainter(ErrorBarPainter):
    """Paints how far probabilities are from the label, from 0 to 1."""

    value_range = _PROBABILITIES

    def text(self) -> str:
        """Says what the error is."""
        return f'absolute error, probability of {self.task.name}'

    def error(self, label: Tensor, prediction: Tensor) -> Tensor:
        """Computes the absolute difference."""
        return (prediction - label).abs()[0]
