"""What turns the maps of one task into colours, with the key that explains them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from mmmtl.depth_units import get_depth_unit
from mmmtl.tasks import Quantity, Task
from mmmtl.visualization.sheets.colors import (
    INVALID_COLOR,
    color_classes,
    color_directions,
    color_scalars,
    distinct_palette,
    hatch,
)

_MAX_CLASSES_SHOWN_ALWAYS = 8
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
        task: A task that predicts classes.
        labels: The labels (1, H, W) of the picture.
        predictions: The predictions (1, H, W) of the picture.
        metainfo: Metadata of the data set, of which ``classes`` and ``palette`` are read. Without
            them the classes get numbers and colours of our own.
    """

    def __init__(
        self,
        task: Task,
        labels: Sequence[Tensor],
        predictions: Sequence[Tensor],
        metainfo: Mapping[str, Any],
    ) -> None:
        self.task = task
        present: set[int] = set()
        for label in labels:
            present.update(label[task.valid_mask(label)].unique().tolist())
        for prediction in predictions:
            present.update(prediction.unique().tolist())
        present = {int(index) for index in present}
        classes = metainfo.get('classes') or [str(i) for i in range(max(present, default=0) + 1)]
        self.classes = [str(name) for name in classes]
        self.palette = metainfo.get('palette') or distinct_palette(len(self.classes))
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
        task: A task that predicts scalars.
        labels: The labels (1, H, W) of the picture.
        predictions: The predictions (1, H, W) of the picture.
        metainfo: Metadata of the data set, of which ``depth_unit`` is read. Without it the values
            have no unit and large ones are bright.
    """

    def __init__(
        self,
        task: Task,
        labels: Sequence[Tensor],
        predictions: Sequence[Tensor],
        metainfo: Mapping[str, Any],
    ) -> None:
        self.task = task
        unit = metainfo.get('depth_unit')
        self.has_unlabelled = any(not task.valid_mask(label).all() for label in labels)
        self.text = task.name if unit is None else get_depth_unit(unit).label
        grows_with_distance = unit is not None and get_depth_unit(unit).zoom_exponent < 0
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


class DirectionPainter:
    """Paints directions (see :func:`mmmtl.visualization.sheets.colors.color_directions`).

    Args:
        task: A task that predicts directions.
        labels: The labels (3, H, W) of the picture.
        predictions: Not read.
        metainfo: Not read.
    """

    def __init__(
        self,
        task: Task,
        labels: Sequence[Tensor],
        predictions: Sequence[Tensor],
        metainfo: Mapping[str, Any],
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


_PAINTERS: dict[Quantity, type[ClassPainter | ScalarPainter | DirectionPainter]] = {
    Quantity.CLASSES: ClassPainter,
    Quantity.SCALAR: ScalarPainter,
    Quantity.DIRECTION: DirectionPainter,
}


def make_painter(
    task: Task,
    labels: Sequence[Tensor],
    predictions: Sequence[Tensor],
    metainfo: Mapping[str, Any],
) -> Painter:
    """Gives the painter for the maps of one task in one picture.

    Args:
        task: The task.
        labels: Its labels (C, H, W) on the CPU.
        predictions: Its predictions (C, H, W) on the CPU.
        metainfo: Metadata of the data set: ``classes``, ``palette``, ``depth_unit``.

    Returns:
        The painter of the task's quantity.
    """
    return _PAINTERS[task.quantity](task, labels, predictions, metainfo)


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
