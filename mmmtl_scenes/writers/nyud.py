"""Writes synthetic rooms in the layout of NYUD-MT, the benchmark of the cross-task decoders.

::

    OUT/images/<id>.png          8-bit RGB
    OUT/gt_sets/{train,val}.txt  ids, one a line
    OUT/segmentation/<id>.png    0 is not labelled, 1 to 40 are the classes
    OUT/depth/<id>.npy           (H, W) float32, metres; 0 is invalid
    OUT/normals/<id>.png         (x, y, z) / 2 + 0.5 of 255; black is invalid
    OUT/edge/<id>.png            0 and 255: outlines of the raw labels, thinned
    OUT/nyud_rooms.json          what made the set

Ids count from 0001 over both splits. The rooms are those of :mod:`mmmtl_scenes.writers.nyuv2`.
"""

from __future__ import annotations

import os
from functools import lru_cache

import numpy as np

from mmmtl.datasets.class_set import IGNORED
from mmmtl.datasets.nyuv2_labels import CLASS_SETS, RAW_IDS
from mmmtl.thinning import thin
from mmmtl_scenes.writers.encoding import encode_normals, encode_npy, encode_png, outlines
from mmmtl_scenes.writers.numbered_rooms import RoomLayout, write_numbered_rooms
from mmmtl_scenes.writers.nyuv2 import RoomSample, RoomSet

VERSION: int = 1
"""Changes whenever the same parameters give other files."""

RECORD: str = 'nyud_rooms.json'
"""Name of the file that tells what made a set."""

_FOLDERS = ('images', 'segmentation', 'depth', 'normals', 'edge')
_SUFFIXES = ('.png', '.png', '.npy', '.png', '.png')


def write_nyud_rooms(
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
    version = {'nyud_version': VERSION}
    layout = RoomLayout(RECORD, version, 'gt_sets', _FOLDERS, _suffixes, _encode)
    return write_numbered_rooms(out, rooms, layout, workers, progress)


def _suffixes(_: int) -> tuple[str, ...]:
    return _SUFFIXES


def _encode(rooms: RoomSet, sample: RoomSample, _: int) -> tuple[bytes, ...]:
    """Renders one sample, and gives its files."""
    rendering, lost = rooms.render(sample)
    kept = ~lost
    return (
        encode_png(rendering.image),
        encode_png(_class_table()[rendering.label_ids]),
        encode_npy(rendering.depth * kept),
        encode_png(encode_normals(rendering.normal * kept[..., None])),
        encode_png(thin(outlines(rendering.label_ids)).astype(np.uint8) * np.uint8(255)),
    )


@lru_cache(maxsize=1)
def _class_table() -> np.ndarray:
    """Gives the class of every raw id, counted from 1, shape (895,), uint8."""
    table = CLASS_SETS[40].table
    classes = [0 if table[raw] == IGNORED else table[raw] + 1 for raw in range(RAW_IDS + 1)]
    return np.array(classes, dtype=np.uint8)
