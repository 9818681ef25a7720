"""What turns the maps of one task into colours, with the key that explains them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from mmmtl.tasks import BinaryTask, ClassTask, DirectionTask, ScalarTask, Task, VectorTask
from mmmtl.visualization.sheets.colors import (
    INVALID_COLOR,
    color_channels,
    color_classes,
    color_directions,
    color_flow,
    color_scalars,
    distinct_palette,
    hatch,
)

_MAX_CLASSES_SHOWN_ALWAYS = 8
_PROBABILITIES = (0.0, 1.0)
_GREY = 'gray'
_SWATCH_SHAPE = (24, 24)  # whole periods of the hatching, so that it can be tiled


@dataclass(frozen=True)
class Legend:
    """A key that names colours.

    Args:
        entries: Name and swatch, uint8 RGB of shape (h, w, 3), of each colour; a swatch is tiled
            to the size at which it is drawn.
    """

    entries: tuple[tuple[str, np.ndarray], ...]


@dataclass(frozen=True)
class ColorBar:
    """A key that gives the values along a colour map.

    Args:
        label: What the values are, with the unit.
        value_range: Values at the two ends.
        colormap: Name of the colour map.
        extra: Colours beside the map, such as that of pixels without a label.
    """

    label: str
    value_range: tuple[float, float]
    colormap: str
    extra: Legend


class Painter(Protocol):
    """Paints the maps of one task.

    One painter serves all maps of a picture, so that a colour means the same in all of them.
    """

    @property
    def key(self) -> Legend | ColorBar:
        """What the colours mean."""

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Paints a label (C, H, W) as uint8 RGB (H, W, 3), showing where there is none."""

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Paints a prediction (C, H, W) as uint8 RGB (H, W, 3)."""


class ClassPainter:
    """Paints class ids in the colours of the data set's palette.

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
        self.classes = list(task.classes or numbered)
        self.palette = task.palette or distinct_palette(len(self.classes))
        self.has_unlabelled = any(not task.valid_mask(label).all() for label in labels)
        if len(self.classes) <= _MAX_CLASSES_SHOWN_ALWAYS:
            present = set(range(len(self.classes)))
        self.shown = sorted(present)

    @property
    def key(self) -> Legend:
        """The classes of the picture; all classes if they are few."""
        entries = [
            (self.classes[index], _swatch(self.palette[index]))
            for index in self.shown
            if 0 <= index < len(self.palette)
        ]
        if self.has_unlabelled:
            entries.append(('no label', hatch(_SWATCH_SHAPE)))
        return Legend(tuple(entries))

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Paints a label, hatched where there is none."""
        return color_classes(label[0].numpy(), self.palette, self.task.valid_mask(label)[0].numpy())

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Paints a prediction."""
        return color_classes(prediction[0].numpy(), self.palette)


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
        self.has_unlabelled = any(not task.valid_mask(label).all() for label in labels)
        self.text = task.label
        grows_with_distance = task.depth_unit is not None and task.depth_unit.zoom_exponent < 0
        self.colormap = 'magma_r' if grows_with_distance else 'magma'
        known = [label[task.valid_mask(label)] for label in labels]
        if not any(values.numel() for values in known):
            known = [prediction.flatten() for prediction in predictions]
        values = torch.cat([values.double() for values in known]) if known else torch.empty(0)
        self.value_range = _percentile_range(values[values.isfinite()].numpy())

    @property
    def key(self) -> ColorBar:
        """The colour bar."""
        extra = (('no label', _swatch(INVALID_COLOR)),) if self.has_unlabelled else ()
        return ColorBar(self.text, self.value_range, self.colormap, Legend(extra))

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Paints a label, grey where there is none."""
        valid = self.task.valid_mask(label)[0].numpy()
        return color_scalars(label[0].numpy(), self.value_range, valid, self.colormap)

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Paints a prediction, grey where it is NaN."""
        return color_scalars(prediction[0].numpy(), self.value_range, colormap=self.colormap)


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
        self.has_unlabelled = any(not task.valid_mask(label).all() for label in labels)

    @property
    def key(self) -> ColorBar:
        """The colour bar."""
        extra = (('no label', _swatch(INVALID_COLOR)),) if self.has_unlabelled else ()
        label = f'probability of {self.task.name}'
        return ColorBar(label, _PROBABILITIES, _GREY, Legend(extra))

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Paints a label, grey where there is none."""
        valid = self.task.valid_mask(label)[0].numpy()
        return color_scalars(label[0].numpy(), _PROBABILITIES, valid, _GREY)

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Paints a prediction."""
        return color_scalars(prediction[0].numpy(), _PROBABILITIES, colormap=_GREY)


class VectorPainter:
    """Paints vectors: three channels as red, green and blue, two by direction and length.

    The range of the channels runs from percentile 2 to 98 of the valid label pixels, or of the
    predictions where there is no label; from 0 to 1 where all lie between. Two channels are painted
    on a wheel of hues, white at length 0. Of more than three channels the first three are shown.

    Args:
        task: The task.
        labels: The labels (C, H, W) of the picture.
        predictions: The predictions (C, H, W) of the picture.
    """

    def __init__(
        self, task: VectorTask, labels: Sequence[Tensor], predictions: Sequence[Tensor]
    ) -> None:
        self.task = task
        self.has_unlabelled = any(not task.valid_mask(label).all() for label in labels)
        known = [label[:, task.valid_mask(label)[0]].flatten() for label in labels]
        if not any(values.numel() for values in known):
            known = [prediction.flatten() for prediction in predictions]
        values = torch.cat([v.double() for v in known]) if known else torch.empty(0)
        values = values[values.isfinite()]
        within = values.numel() > 0 and bool((values >= 0).all() and (values <= 1).all())
        self.value_range = (0.0, 1.0) if within else _percentile_range(values.numpy())

    @property
    def key(self) -> Legend:
        """The colours of the ends of each channel's range, or of the four directions."""
        low, high = self.value_range
        unit = f' {self.task.unit}' if self.task.unit else ''
        if self.task.channels == 2:
            reach = max(abs(low), abs(high))
            ends = {'right': (1, 0), 'down': (0, 1), 'left': (-1, 0), 'up': (0, -1)}
            named = {
                f'{name} {reach:.3g}{unit}': [reach * v for v in x] for name, x in ends.items()
            }
        else:
            channels = {f'channel {i + 1}': i for i in range(3)}
            named = {
                f'{name}: {high:.3g}{unit}': [high if j == i else low for j in range(3)]
                for name, i in channels.items()
            }
        entries = [
            (name, _swatch(self._paint(np.array(vector, float).reshape(-1, 1, 1))[0, 0]))
            for name, vector in named.items()
        ]
        if self.has_unlabelled:
            entries.append(('no label', _swatch(INVALID_COLOR)))
        return Legend(tuple(entries))

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Paints a label, grey where there is none."""
        painted = self._paint(label.numpy())
        valid = self.task.valid_mask(label)[0].numpy()
        return np.where(valid[..., None], painted, np.array(INVALID_COLOR, np.uint8))

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Paints a prediction."""
        return self._paint(prediction.numpy())

    def _paint(self, values: np.ndarray) -> np.ndarray:
        if len(values) == 2:
            return color_flow(values, max(abs(self.value_range[0]), abs(self.value_range[1])))
        return color_channels(values[:3], self.value_range)


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
        self.has_unlabelled = any(not task.valid_mask(label).all() for label in labels)

    @property
    def key(self) -> Legend:
        """The colours of surfaces that face the five sides a camera can see."""
        sides = {
            'to camera': (0, 0, -1),
            'up': (0, -1, 0),
            'down': (0, 1, 0),
            'left': (-1, 0, 0),
            'right': (1, 0, 0),
        }
        entries = [
            (name, _swatch(color_directions(np.array(side).reshape(3, 1, 1))[0, 0]))
            for name, side in sides.items()
        ]
        if self.has_unlabelled:
            entries.append(('no label', _swatch(INVALID_COLOR)))
        return Legend(tuple(entries))

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Paints a label, grey where there is none."""
        return color_directions(label.numpy())

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Paints a prediction."""
        return color_directions(prediction.numpy())


@singledispatch
def make_painter(task: Task, labels: Sequence[Tensor], predictions: Sequence[Tensor]) -> Painter:
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


def _swatch(color: Sequence[int] | np.ndarray) -> np.ndarray:
    return np.full((*_SWATCH_SHAPE, 3), color, dtype=np.uint8)


def _percentile_range(values: np.ndarray) -> tuple[float, float]:
    if values.size == 0:
        return 0.0, 1.0
    low, high = (float(value) for value in np.percentile(values, (2, 98)))
    if low < high:
        return low, high
    margin = abs(low) / 2 or 1.0
    return low - margin, high + margin
