"""What painters of all kinds share: the keys that explain their colours, and ranges of values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor

from mmmtl.tasks import Task
from mmmtl.visualization.sheets.colors import INVALID_COLOR, color_scalars

SWATCH_SHAPE = (24, 24)
"""Height and width of a swatch: whole periods of the hatching, so that it can be tiled."""

_ERROR_COLORMAP = 'inferno'


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


Key = Legend | ColorBar
"""What explains the colours of a picture."""


class Painter(Protocol):
    """Paints the maps of one task.

    One painter serves all maps of a picture, so that a colour means the same in all of them. Maps
    of the whole image have the same values everywhere. Where a picture is RGBA, (H, W, 4), the
    image shows through what is transparent.
    """

    @property
    def key(self) -> Key:
        """What the colours mean."""

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Paints a label (C, H, W) as uint8 RGB (H, W, 3), showing where there is none."""

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Paints a prediction (C, H, W) as uint8 RGB (H, W, 3)."""


@runtime_checkable
class RangedPainter(Painter, Protocol):
    """Paints values along colours that span a range, which several pictures may share."""

    @property
    def value_range(self) -> tuple[float, float]:
        """The values at the ends of the colours."""

    def with_range(self, value_range: tuple[float, float]) -> RangedPainter:
        """Gives a painter of the same task with another range."""


class ErrorPainter(Protocol):
    """Paints the errors of one task's predictions, of all models of a picture alike."""

    @property
    def key(self) -> Key:
        """What the colours mean."""

    def paint(self, label: Tensor, prediction: Tensor) -> np.ndarray:
        """Paints the errors of a prediction (C, H, W) as uint8 RGB (H, W, 3)."""


class ErrorBarPainter(ABC):
    """Paints errors that are a number per pixel, from dark to bright.

    Args:
        task: The task.
        pairs: Labels and predictions (C, H, W) of the picture, of all models.
    """

    value_range: ClassVar[tuple[float, float] | None] = None
    """The errors at the ends of the colours; None: from 0 to percentile 98 of all errors."""

    def __init__(self, task: Task, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
        self.task = task
        ends = self.value_range or _up_to_percentile(
            self.error(label, prediction)[task.valid_mask(label)[0]] for label, prediction in pairs
        )
        unlabelled = no_label(task, [label for label, _ in pairs])
        self.key = ColorBar(self.text(), ends, _ERROR_COLORMAP, Legend(unlabelled))

    @abstractmethod
    def text(self) -> str:
        """Says what the error is, with its unit."""

    @abstractmethod
    def error(self, label: Tensor, prediction: Tensor) -> Tensor:
        """Computes the error of each pixel, shape (H, W), of maps of shape (C, H, W)."""

    def paint(self, label: Tensor, prediction: Tensor) -> np.ndarray:
        """Paints errors from dark to bright, grey where there is no label."""
        valid = self.task.valid_mask(label)[0].numpy()
        error = self.error(label, prediction).numpy()
        return color_scalars(error, self.key.value_range, valid, _ERROR_COLORMAP)


def swatch(color: Sequence[int] | np.ndarray) -> np.ndarray:
    """Makes a swatch of one colour.

    Args:
        color: RGB, 0 to 255.

    Returns:
        uint8 of shape (*:data:`SWATCH_SHAPE`, 3).
    """
    return np.full((*SWATCH_SHAPE, 3), color, dtype=np.uint8)


def no_label(
    task: Task, labels: Iterable[Tensor], own: np.ndarray | None = None
) -> tuple[tuple[str, np.ndarray], ...]:
    """Gives the entry of a key for pixels without a label.

    Args:
        task: The task.
        labels: The labels (C, H, W) of the picture.
        own: What such pixels look like. Defaults to None, grey.

    Returns:
        The entry, or nothing if there are no such pixels.
    """
    if all(task.valid_mask(label).all() for label in labels):
        return ()
    return (('no label', swatch(INVALID_COLOR) if own is None else own),)


def known_values(task: Task, labels: Sequence[Tensor], predictions: Sequence[Tensor]) -> np.ndarray:
    """Gives the values of a picture that say which range its colours need.

    Args:
        task: The task.
        labels: The labels (C, H, W) of the picture.
        predictions: The predictions (C, H, W) of the picture.

    Returns:
        The finite ones of the pixels that have a label, or of the predictions where none has;
        float64 of shape (C, number of pixels).
    """
    known = [label[:, task.valid_mask(label)[0]] for label in labels]
    if not any(values.numel() for values in known):
        known = [prediction.flatten(1) for prediction in predictions]
    if not known:
        return np.zeros((task.channels, 0))
    values = torch.cat([values.double() for values in known], dim=1)
    return values[:, values.isfinite().all(dim=0)].numpy()


def percentile_range(values: np.ndarray) -> tuple[float, float]:
    """Gives the range of a colour bar, which a few extreme values must not decide.

    Args:
        values: The values, of any shape.

    Returns:
        Percentiles 2 and 98, made different where they are one number; 0 and 1 without values.
    """
    if values.size == 0:
        return 0.0, 1.0
    low, high = (float(value) for value in np.percentile(values, (2, 98)))
    if low < high:
        return low, high
    margin = abs(low) / 2 or 1.0
    return low - margin, high + margin


def _up_to_percentile(errors: Iterable[Tensor]) -> tuple[float, float]:
    values = np.concatenate([np.zeros(0), *(own.numpy() for own in errors)])
    values = values[np.isfinite(values)]
    return 0.0, (float(np.percentile(values, 98)) if values.size else 0.0) or 1.0
