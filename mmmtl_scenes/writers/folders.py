"""Writes synthetic rooms as people keep images of their own: a folder for each kind of file.

::

    OUT/images/<id>.{jpg,png}    8-bit RGB, odd ids JPEG and even ones PNG
    OUT/splits/{train,val}.txt   ids, one a line
    OUT/masks/<id>.png           8-bit ids with a palette, 13 classes from 0; 255 is not labelled
    OUT/depth_mm/<id>.png        16-bit, millimetres; 0 is invalid
    OUT/depth/<id>.npy           the same depths: (H, W) float32, metres; 0 is invalid
    OUT/folders.json             what made the set

Ids count from 0001 over both splits. The rooms are those of :mod:`mmmtl_scenes.writers.nyuv2`.
"""

from __future__ import annotations

import os
from functools import lru_cache

import cv2
import numpy as np

from mmmtl.datasets.class_set import IGNORED
from mmmtl.datasets.nyuv2_labels import CLASS_SETS, RAW_IDS
from mmmtl_scenes.writers.encoding import encode_ids, encode_npy, encode_png
from mmmtl_scenes.writers.numbered_rooms import RoomLayout, write_numbered_rooms
from mmmtl_scenes.writers.nyuv2 import RoomSample, RoomSet

VERSION: int = 1
"""Changes whenever the same parameters give other files."""

RECORD: str = 'folders.json'
"""Name of the file that tells what made a set."""

_FOLDERS = ('images', 'masks', 'depth_mm', 'depth')
_CLASSES = CLASS_SETS[13]
_VOID_COLOR = (224, 224, 192)


def write_folders_of_rooms(
    out: str | os.PathLike[str],
    rooms: RoomSet | None = None,
    workers: int | None = None,
    progress: bool = True,
) -> int:
    """Renders a set of rooms, or what is missing of it.

    Args:
        out: Folder of the set; it is created.
        rooms: What to render; the default set if ``None``.
        workers: Processes at most; all cores if ``None``.
        progress: Whether to show a progress bar.

    Returns:
        How many samples were rendered.

    Raises:
        ValueError: As :func:`~mmmtl_scenes.writers.numbered_rooms.write_numbered_rooms`.
    """
    version = {'folders_version': VERSION}
    layout = RoomLayout(RECORD, version, 'splits', _FOLDERS, _suffixes, _encode)
    return write_numbered_rooms(out, rooms, layout, workers, progress)


def _suffixes(number: int) -> tuple[str, ...]:
    return ('.jpg' if number % 2 else '.png', '.png', '.png', '.npy')


def _encode(rooms: RoomSet, sample: RoomSample, number: int) -> tuple[bytes, ...]:
    """Renders one sample, and gives its files."""
    rendering, lost = rooms.render(sample)
    depth = rendering.depth * ~lost
    bgr = cv2.cvtColor(rendering.image, cv2.COLOR_RGB2BGR)
    return (
        cv2.imencode(_suffixes(number)[0], bgr)[1].tobytes(),
        encode_ids(_class_table()[rendering.label_ids], _palette()),
        encode_png(np.rint(depth * 1000).astype(np.uint16)),
        encode_npy(depth),
    )


@lru_cache(maxsize=1)
def _class_table() -> np.ndarray:
    """Gives the class of every raw id, shape (895,), uint8."""
    return np.array([_CLASSES.table[raw] for raw in range(RAW_IDS + 1)], dtype=np.uint8)


@lru_cache(maxsize=1)
def _palette() -> np.ndarray:
    """Gives the colour of every id, shape (256, 3), uint8."""
    colors = np.zeros((IGNORED + 1, 3), np.uint8)
    colors[: len(_CLASSES.palette)] = _CLASSES.palette
    colors[IGNORED] = _VOID_COLOR
    return colors
