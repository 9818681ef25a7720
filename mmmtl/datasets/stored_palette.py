from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from mmengine import fileio
from PIL import Image

from mmmtl.datasets.pixel_limit import without_pillows_limit
from mmmtl.datasets.readers import ColorReader, IdMapReader
from mmmtl.tasks import IGNORED, Task

_COLOR = 3


def stored_palette(
    task: Task, sample: Mapping[str, Any], backend_args: dict | None = None
) -> tuple[tuple[int, int, int], ...] | None:
    """Reads the colours of classes from the palette of a label file, or takes its reader's.

    Args:
        task: A task with the reader of its files.
        sample: What the data set knows of a sample, the path of its label file among it.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        RGB of each class, 0 to 255: those of a :class:`~mmmtl.datasets.readers.ColorReader`, or
        the file's. None if the task has no classes or no table of their ids
        (:class:`~mmmtl.datasets.readers.IdMapReader`), or the file has no palette, one of greys, or
        one that does not tell the classes apart.
    """
    path, reader = sample.get(task.path_key), task.reader
    if isinstance(reader, ColorReader):
        return reader.colors if len(reader.colors) == len(task.label_names or ()) else None
    if not (path and task.label_names and isinstance(reader, IdMapReader)):
        return None
    stored = _read(path, backend_args)
    ids = {int(c): reader.first_id + i for i, c in enumerate(reader.table) if 0 <= c < IGNORED}
    needed = [ids.get(index, -1) for index in range(len(task.label_names))]
    if not all(0 <= index < len(stored) for index in needed):
        return None
    colors = tuple((int(red), int(green), int(blue)) for red, green, blue in stored[needed])
    is_grey = all(len(set(color)) == 1 for color in colors)
    return None if is_grey or len(set(colors)) < len(colors) else colors


def _read(path: str, backend_args: dict | None) -> np.ndarray:
    """Gives the palette of a picture, shape (N, 3); N is 0 for what has none or is no picture."""
    try:
        content = fileio.get(path, backend_args=backend_args)
        with without_pillows_limit(), Image.open(io.BytesIO(content)) as picture:
            palette = picture.getpalette() if picture.mode in ('P', 'PA') else None
    except (OSError, SyntaxError, ValueError):
        palette = None  # reading the sample says what is wrong with the file
    return np.reshape(palette or [], (-1, _COLOR))
