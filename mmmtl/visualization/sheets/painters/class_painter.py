from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from mmmtl.tasks import ClassTask, Task, distinct_palette
from mmmtl.visualization.sheets.colors import (
    INVALID_COLOR,
    color_classes,
    hatch,
)
from mmmtl.visualization.sheets.painters.base import SWATCH_SHAPE, Legend, no_label, swatch

_MAX_CLASSES_SHOWN_ALWAYS = 8
_RIGHT, _WRONG = (235, 235, 235), (200, 30, 30)


class ClassPainter:
    """Paints class ids in the colours of the task's palette.

    Args:
        task: The task. Without names of its classes they get numbers, without a palette colours of
            our own.
        labels: The labels (1, H, W) of the picture.
        predictions: The predictions (1, H, W) of the picture.
    """

    def __init__(
        self,
        task: ClassTask,
        labels: Sequence[Tensor],
        predictions: Sequence[Tensor],
    ) -> None:
        self.task = task
        present: set[int] = set()
        for label in labels:
            present.update(label[task.valid_mask(label)].unique().tolist())
        for prediction in predictions:
            present.update(prediction.unique().tolist())
        present = {int(index) for index in present}
        numbered = [str(i) for i in range(max(present, default=0) + 1)]
        classes = list(task.classes or numbered)
        self.palette = task.palette or distinct_palette(len(classes))
        if len(classes) <= _MAX_CLASSES_SHOWN_ALWAYS:
            present = set(range(len(classes)))
        shown = sorted(i for i in present if 0 <= i < min(len(classes), len(self.palette)))
        entries = tuple((classes[index], swatch(self.palette[index])) for index in shown)
        self.key = Legend(entries + no_label(task, labels, hatch(SWATCH_SHAPE)))
        """The classes of the picture; all classes if they are few."""

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Paints a label, hatched where there is none."""
        return color_classes(label[0].numpy(), self.palette, self.task.valid_mask(label)[0].numpy())

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Paints a prediction."""
        return color_classes(prediction[0].numpy(), self.palette)


class ClassErrorPainter:
    """Paints pixels of the right and of a wrong class.

    Args:
        task: The task.
        pairs: Labels and predictions (1, H, W) of the picture, of all models.
    """

    def __init__(self, task: Task, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
        self.task = task
        known = (('right', swatch(_RIGHT)), ('wrong', swatch(_WRONG)))
        self.key = Legend(known + no_label(task, [label for label, _ in pairs]))

    def paint(self, label: Tensor, prediction: Tensor) -> np.ndarray:
        """Paints right and wrong pixels, grey where there is no label."""
        wrong = (label != prediction)[0].numpy()[..., None]
        painted = np.where(wrong, _WRONG, _RIGHT)
        valid = self.task.valid_mask(label)[0].numpy()[..., None]
        return np.where(valid, painted, INVALID_COLOR).astype(np.uint8)
