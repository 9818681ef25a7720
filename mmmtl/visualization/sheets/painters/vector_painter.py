from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from mmmtl.tasks import VectorTask
from mmmtl.visualization.sheets.colors import INVALID_COLOR, color_channels, color_flow
from mmmtl.visualization.sheets.painters.base import (
    ErrorBarPainter,
    Legend,
    known_values,
    no_label,
    percentile_range,
    swatch,
)

_SHOWN = 3
"""Channels that have a colour: red, green and blue."""

_SIDES = {'right': (1, 0), 'down': (0, 1), 'left': (-1, 0), 'up': (0, -1)}


class VectorPainter:
    """Paints vectors: the first three channels as red, green and blue.

    All channels have one range, from percentile 2 to 98 of the valid label pixels, or of the
    predictions where there is no label; from 0 to 1 where all lie between. Vectors along the
    image, such as a flow, are painted by their direction, on a wheel of hues, and their length:
    white is 0, and colours are full from percentile 98 of the lengths on.

    Args:
        task: The task.
        labels: The labels (C, H, W) of the picture.
        predictions: The predictions (C, H, W) of the picture.
    """

    def __init__(
        self, task: VectorTask, labels: Sequence[Tensor], predictions: Sequence[Tensor]
    ) -> None:
        self.task = task
        values = known_values(task, labels, predictions)
        self._is_flow = task.follows_image_axes
        if self._is_flow:
            lengths = np.hypot(values[0], values[1])
            longest = float(np.percentile(lengths, 98)) if lengths.size else 0.0
            self.value_range = (0.0, longest or 1.0)
        else:
            shown = values[:_SHOWN]
            within = bool((shown >= 0).all() and (shown <= 1).all())
            self.value_range = (0.0, 1.0) if within else percentile_range(shown)
        self._unlabelled = no_label(task, labels)

    @property
    def key(self) -> Legend:
        """Legend: The colours of single channels, or of the four directions."""
        named = self._name_sides() if self._is_flow else self._name_channels()
        entries = tuple(
            (name, swatch(self._paint(np.array(vector, float).reshape(-1, 1, 1))[0, 0]))
            for name, vector in named.items()
        )
        return Legend(entries + self._unlabelled)

    def with_range(self, value_range: tuple[float, float]) -> VectorPainter:
        """Gives a painter with another range; of vectors along the image, the lengths' from 0 on.

        Raises:
            ValueError: If lengths do not begin with 0.
        """
        if self._is_flow and value_range[0] != 0:
            raise ValueError(
                f'range: expected lengths from 0 on for {self.task.name}, found {value_range}.'
            )
        painter = copy.copy(self)
        painter.value_range = value_range
        return painter

    def paint_label(self, label: Tensor) -> np.ndarray:
        """Paints a label, grey where there is none."""
        valid = self.task.valid_mask(label)[0].numpy()[..., None]
        return np.where(valid, self._paint(label.numpy()), np.array(INVALID_COLOR, np.uint8))

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        """Paints a prediction, grey where it is NaN."""
        return self._paint(prediction.numpy())

    def _paint(self, values: np.ndarray) -> np.ndarray:
        low, high = self.value_range
        if self._is_flow:
            return color_flow(values[:2], high)
        shown = values[:_SHOWN]
        missing = np.full((_SHOWN - len(shown), *shown.shape[1:]), low)
        return color_channels(np.concatenate([shown, missing]), self.value_range)

    def _name_sides(self) -> Mapping[str, Sequence[float]]:
        longest = self.value_range[1]
        named: dict[str, Sequence[float]] = {
            f'{longest:.3g}{self._unit} {name}': [longest * part for part in side]
            for name, side in _SIDES.items()
        }
        return named | {f'0{self._unit}': [0, 0]}

    def _name_channels(self) -> Mapping[str, Sequence[float]]:
        low, high = self.value_range
        count = min(self.task.channels, _SHOWN)
        more = f' of {self.task.channels}' if self.task.channels > _SHOWN else ''
        ends: dict[str, Sequence[float]] = {
            f'all {end:.3g}{self._unit}': [end] * count for end in (low, high)
        }
        single: dict[str, Sequence[float]] = {
            f'channel {i + 1}{more}': [high if j == i else low for j in range(count)]
            for i in range(count)
        }
        return ends | single

    @property
    def _unit(self) -> str:
        return f' {self.task.unit}' if self.task.unit else ''


class VectorErrorPainter(ErrorBarPainter):
    """Paints the distance of vectors; the range ends at percentile 98 of all errors."""

    task: VectorTask

    def text(self) -> str:
        """Says what the error is, with the unit."""
        unit = f' [{self.task.unit}]' if self.task.unit else ''
        return f'distance, {self.task.name}{unit}'

    def error(self, label: Tensor, prediction: Tensor) -> Tensor:
        """Computes the Euclidean distance."""
        return torch.linalg.vector_norm(prediction - label, dim=0)
