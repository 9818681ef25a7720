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
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path

import numpy as np

from mmmtl.datasets.class_set import IGNORED
from mmmtl.datasets.nyuv2_labels import CLASS_SETS, RAW_IDS
from mmmtl.files import write_atomically
from mmmtl.output_folder import prepare_output_folder
from mmmtl.thinning import thin
from mmmtl_scenes.writers.encoding import encode_normals, encode_png, outlines
from mmmtl_scenes.writers.nyuv2 import RoomSample, RoomSet
from mmmtl_scenes.writers.scene_sets import check_integers, write_missing_samples

VERSION: int = 1
"""Changes whenever the same parameters give other files."""

RECORD: str = 'nyud_rooms.json'
"""Name of the file that tells what made a set."""

_FILES = (
    ('images', '.png'), ('segmentation', '.png'), ('depth', '.npy'), ('normals', '.png'),
    ('edge', '.png'),
)  # fmt: skip


def write_nyud_rooms(
    out: str | os.PathLike[str],
    rooms: RoomSet | None = None,
    workers: int | None = None,
    progress: bool = True,
) -> int:
    """Renders a set of rooms, or what is missing of it.

    Samples of which all files exist are not rendered again, so an interrupted run can be repeated.
    The files of a sample do not depend on the number of workers or on their order.

    Args:
        out: Folder of the set; it is created.
        rooms: What to render; the default set if ``None``.
        workers: Processes at most; all cores if ``None``.
        progress: Whether to show a progress bar.

    Returns:
        How many samples were rendered.

    Raises:
        ValueError: If ``workers`` is out of range, or if the folder holds a set that was made with
            other parameters, or an NYUD_MT that was not made here.
    """
    rooms = rooms or RoomSet()
    if workers is not None:
        check_integers(workers=(workers, 1))
    root = Path(out)
    record = {'nyud_version': VERSION} | rooms.record()
    prepare_output_folder(root, RECORD, record, 'rooms', tuple(folder for folder, _ in _FILES))
    samples = ((sample, _files(rooms, sample)) for sample in rooms.samples())
    write = partial(_render_and_write, root, rooms)
    count = write_missing_samples(root, samples, write, workers, 'Rendering rooms', progress)
    for split in ('train', 'val'):
        names = [_name(rooms, one) for one in rooms.samples() if one.split == split]
        write_atomically(root / 'gt_sets' / f'{split}.txt', ''.join(f'{n}\n' for n in names))
    return count


def _name(rooms: RoomSet, sample: RoomSample) -> str:
    before = 0 if sample.split == 'train' else rooms.train
    return f'{before + sample.index + 1:04}'


def _files(rooms: RoomSet, sample: RoomSample) -> tuple[Path, ...]:
    name = _name(rooms, sample)
    return tuple(Path(folder, name + suffix) for folder, suffix in _FILES)


def _render_and_write(root: Path, rooms: RoomSet, sample: RoomSample) -> None:
    """Renders one sample and writes its files."""
    rendering, lost = rooms.render(sample)
    kept = ~lost
    depth = BytesIO()
    np.save(depth, rendering.depth * kept)
    contents = (
        encode_png(rendering.image),
        encode_png(_class_table()[rendering.label_ids]),
        depth.getvalue(),
        encode_png(encode_normals(rendering.normal * kept[..., None])),
        encode_png(thin(outlines(rendering.label_ids)).astype(np.uint8) * np.uint8(255)),
    )
    for file, content in zip(_files(rooms, sample), contents, strict=True):
        write_atomically(root / file, content)


@lru_cache(maxsize=1)
def _class_table() -> np.ndarray:
    """Gives the class of every raw id, counted from 1, shape (895,), uint8."""
    table = CLASS_SETS[40].table
    classes = [0 if table[raw] == IGNORED else table[raw] + 1 for raw in range(RAW_IDS + 1)]
    return np.array(classes, dtype=np.uint8)
