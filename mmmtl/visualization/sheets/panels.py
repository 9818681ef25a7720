"""Picture sheets: image, label and prediction of every task side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mmmtl.tasks import tasks_in
from mmmtl.visualization.sheets.painters import SharedPainters
from mmmtl.visualization.sheets.panel_row import PanelRow
from mmmtl.visualization.sheets.panel_sheet import PanelSheet
from mmmtl.visualization.sheets.pixels import picture_format, save_picture


def draw_panels(
    rows: Sequence[PanelRow],
    metainfo: Mapping[str, Any] | None = None,
    out_file: str | Path | None = None,
    panel_width: int | None = None,
    painters: SharedPainters | None = None,
    opacity: float = 1.0,
) -> np.ndarray:
    """Draws a sheet with a row per image and, after the image, the columns of each task.

    A task has a column for its labels and one for its predictions where any row has them, and one
    key below for both: a legend of the classes in the picture, a colour bar with the unit, or a
    legend of the directions. Maps are shown without interpolation; the class of the whole image is
    written on it.

    Args:
        rows: The images, with their labels and predictions.
        metainfo: Metadata of the data set, which tells of the tasks
            (:func:`mmmtl.tasks.tasks_in`). Defaults to None: plain numbers, colours of our own and
            no unit.
        out_file: Picture to write, in the format of its suffix. Defaults to None: no file.
        panel_width: Width of a column in pixels. Defaults to None: a multiple of the first image's
            width near 512, or 512 if the image is wider.
        painters: Painters that several pictures share, so that a colour means the same in all of
            them. Defaults to None: this picture has its own.
        opacity: How much of the image the colours hide, from 0 to 1. Defaults to 1: all of it.

    Returns:
        RGB, uint8 of shape (height, width, 3).

    Raises:
        ValueError: If there is no row, an image is not uint8 of shape (H, W, 3), a class id has no
            colour or the suffix of the file is not that of a picture.
    """
    if out_file is not None:
        picture_format(out_file)  # an error now, not after the drawing
    sheet = PanelSheet(rows, tasks_in(metainfo or {}), panel_width, painters, opacity=opacity)
    picture = sheet.draw()
    if out_file is not None:
        save_picture(picture, out_file)
    return picture
