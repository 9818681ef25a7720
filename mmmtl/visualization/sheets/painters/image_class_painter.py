from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.font_manager import FontProperties, findfont
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from mmmtl.tasks import ImageClassTask
from mmmtl.visualization.sheets.colors import INVALID_COLOR
from mmmtl.visualization.sheets.painters.base import Legend, no_label, swatch

_FONT = 'DejaVu Sans'  # comes with matplotlib
_TEXT_SIZE = 0.09  # in widths of the picture
_SMALLEST = 6  # font size in pixels
_BOX_COLOR = (20, 20, 20, 200)
_TEXT_COLOR = (255, 255, 255, 255)
_RIGHT, _WRONG = (235, 235, 235), (200, 30, 30)


class ImageClassPainter:
    """Writes the name of an image's class, and the score of a predicted one, on the image.

    Args:
        task: The task.
        labels: Not read.
        predictions: Not read.
    """

    def __init__(
        self, task: ImageClassTask, labels: Sequence[Tensor], predictions: Sequence[Tensor]
    ) -> None:
        self.task = task
        self.key = Legend(())
        """Nothing: the names stand on the image."""

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Writes the name of a label, RGBA that is transparent elsewhere."""
        is_known = bool(self.task.valid_mask(label[:, :1, :1]).all())
        return _write(self._name(label) if is_known else 'no label', label.shape[1:])

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Writes name and score of a prediction, RGBA that is transparent elsewhere."""
        score = float(prediction[:, 0, 0].max())
        return _write(f'{self._name(prediction)} {score:.0%}', prediction.shape[1:])

    def _name(self, probabilities: Tensor) -> str:
        return self.task.classes[int(probabilities[:, 0, 0].argmax())]


class ImageClassErrorPainter:
    """Paints whether the class of an image is right.

    Args:
        task: The task.
        pairs: Labels and predictions (C, H, W) of the picture, of all models.
    """

    def __init__(self, task: ImageClassTask, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
        self.task = task
        known = (('right', swatch(_RIGHT)), ('wrong', swatch(_WRONG)))
        self.key = Legend(known + no_label(task, [label for label, _ in pairs]))

    def paint(self, label: Tensor, prediction: Tensor) -> np.ndarray:
        """Paints one colour, grey where there is no label."""
        ids = [int(values[:, 0, 0].argmax()) for values in (label, prediction)]
        color = _RIGHT if ids[0] == ids[1] else _WRONG
        if not self.task.valid_mask(label[:, :1, :1]).all():
            color = INVALID_COLOR
        return np.full((*label.shape[1:], 3), color, np.uint8)


def _write(text: str, size: Sequence[int]) -> np.ndarray:
    """Writes a text in a dark box at the lower left, as large as it fits."""
    height, width = size
    picture = Image.new('RGBA', (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    font = _font(_TEXT_SIZE * width)
    fits = 0.94 * width / max(1.0, font.getlength(text))
    if fits < 1:
        font = _font(fits * _TEXT_SIZE * width)
    ascent, descent = font.getmetrics()
    margin = 0.3 * font.size
    base = height - margin - descent
    draw.rectangle(
        (0, base - ascent - margin, font.getlength(text) + 2 * margin, height), fill=_BOX_COLOR
    )
    draw.text((margin, base), text, fill=_TEXT_COLOR, font=font, anchor='ls')
    return np.asarray(picture)


def _font(size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(findfont(FontProperties(family=_FONT)), max(_SMALLEST, size))
