"""Predictions in colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mmmtl.apis.prediction import as_map
from mmmtl.tasks import Task, task_definitions
from mmmtl.visualization import PanelRow, draw_panels
from mmmtl.visualization.sheets.painters import Key, SharedPainters
from mmmtl.visualization.sheets.pixels import fit_map, over_image


@dataclass(frozen=True)
class PictureStyle:
    """How the pictures of a call look.

    Args:
        opacity: How much of the image the colours hide, from 0 to 1; the image shows through. None
            for colours alone. Defaults to None.
        ranges: The values at the ends of the colours, by name of a task whose colours span a
            range. Defaults to none: percentiles 2 and 98 of the first predictions.

    Raises:
        ValueError: If ``opacity`` is not from 0 to 1.
    """

    opacity: float | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Checks the opacity."""
        if self.opacity is not None and not 0 <= self.opacity <= 1:
            raise ValueError(f'opacity: expected a number from 0 to 1, found {self.opacity:g}.')

    @property
    def hidden(self) -> float:
        """float: Share of the image that the colours hide."""
        return 1.0 if self.opacity is None else self.opacity

    def painters(self, tasks: Mapping[str, Task]) -> SharedPainters:
        """Gives the painters of a call.

        Args:
            tasks: The tasks by name.

        Returns:
            The painters, with the ranges that are given.

        Raises:
            ValueError: If a range is wrong, see
                :class:`~mmmtl.visualization.sheets.painters.SharedPainters`.
        """
        return SharedPainters(tasks, self.ranges)


PLAIN = PictureStyle()
"""Colours alone, over the range of the first predictions."""


class PaintedMap(NamedTuple):
    """A prediction in colours."""

    picture: np.ndarray
    """RGB, uint8 of shape (H, W, 3)."""
    key: Key
    """What the colours mean."""


def draw_prediction(
    image: np.ndarray,
    prediction: Mapping[str, np.ndarray],
    tasks: Mapping[str, Task],
    out_file: str | Path | None = None,
    painters: SharedPainters | None = None,
    opacity: float = 1.0,
) -> np.ndarray:
    """Draws an image and the predictions for it side by side, each with its key.

    Args:
        image: uint8 of shape (H, W, 3), channels blue, green, red.
        prediction: The prediction of each task.
        tasks: The tasks by name.
        out_file: Picture to write. Defaults to None: no file.
        painters: Painters that several pictures share. Defaults to None: this one has its own.
        opacity: How much of the image the colours hide. Defaults to 1.

    Returns:
        RGB, uint8 of shape (height, width, 3).
    """
    row = panel_row(image, prediction)
    metainfo = {'tasks': task_definitions(tasks)}
    return draw_panels([row], metainfo, out_file, painters=painters, opacity=opacity)


def paint_prediction(
    image: np.ndarray,
    prediction: Mapping[str, np.ndarray],
    tasks: Mapping[str, Task],
    painters: SharedPainters | None = None,
    opacity: float = 1.0,
) -> dict[str, PaintedMap]:
    """Paints each task's prediction in the colours of :func:`draw_prediction`, at the image's size.

    Args:
        image: uint8 of shape (H, W, 3), channels blue, green, red.
        prediction: The prediction of each task.
        tasks: The tasks by name.
        painters: See :func:`draw_prediction`.
        opacity: See :func:`draw_prediction`.

    Returns:
        Picture and key of each task.
    """
    shared = SharedPainters() if painters is None else painters
    rgb = image[..., ::-1]
    painted = {}
    for name, values in prediction.items():
        channels_first = as_map(values)
        painter = shared.painter(tasks[name], [], [channels_first])
        colors = painter.paint_prediction(fit_map(channels_first, rgb.shape[:2]))
        painted[name] = PaintedMap(over_image(rgb, colors, opacity), painter.key)
    return painted


def panel_row(image: np.ndarray, prediction: Mapping[str, np.ndarray]) -> PanelRow:
    """Gives an image and the predictions for it as a row of a picture sheet.

    Args:
        image: uint8 of shape (H, W, 3), channels blue, green, red.
        prediction: The prediction of each task.

    Returns:
        The row.
    """
    maps = {name: as_map(values) for name, values in prediction.items()}
    return PanelRow(np.ascontiguousarray(image[..., ::-1]), predictions=maps)
