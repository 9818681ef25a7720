"""Writes synthetic rooms as one file of the form of NYUv2's ``nyu_depth_v2_labeled.mat``.

The official file is a MATLAB 7.3 file, that is HDF5, whose arrays have their axes reversed::

    images      (N, 3, W, H) uint8    RGB, white in a frame of some pixels
    depths      (N, W, H) float32     metres, everywhere
    rawDepths   (N, W, H) float32     metres, 0 in the frame and where the Kinect finds none
    labels      (N, W, H) uint16      raw ids from 1 to 894, 0 not labelled
    names       (1, 894)              references to the names of the ids, uint16 characters
    scenes      (1, N)                references to the names of the rooms
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import scipy.io

from mmmtl.datasets.nyuv2_labels import CLASS_SETS, RAW_IDS
from mmmtl.files import remove_unfinished, unfinished_file, write_atomically
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.writers.nyuv2 import RoomSample, RoomSet
from mmmtl_scenes.writers.scene_sets import check_integers, work_through

if TYPE_CHECKING:
    import h5py

OFFICIAL_SIZE: tuple[int, int] = (480, 640)
"""Height and width of the official images."""

_FRAME = 9 / 640
"""Width of the white frame over that of the image."""

_USER_BLOCK = 512
_HEADER = b'MATLAB 7.3 MAT-file, as nyu_depth_v2_labeled.mat; rendered by mmmtl'


@dataclass(frozen=True)
class _Room:
    """What the file holds of one room; its arrays as in the file, with axes reversed."""

    index: int
    images: np.ndarray
    depths: np.ndarray
    rawDepths: np.ndarray
    labels: np.ndarray


def write_nyuv2_mat(
    out: str | os.PathLike[str],
    rooms: RoomSet | None = None,
    splits_mat: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    progress: bool = True,
) -> int:
    """Renders a set of rooms into one file of the form of the official one.

    The file takes its name once it is complete. The images of the ``train`` split come first.

    Args:
        out: The file; one that exists is replaced if it was written here.
        rooms: What to render; the default set at the official size if ``None``. A set of another
            size gives a file of that size.
        splits_mat: Where to write a ``splits.mat`` with the numbers of the training and test
            images (``trainNdxs`` and ``testNdxs``, columns that count from 1), which is replaced
            together with ``out``; ``None`` for no such file.
        workers: Processes at most; all cores if ``None``.
        progress: Whether to show a progress bar.

    Returns:
        How many rooms were rendered.

    Raises:
        ImportError: If h5py is missing.
        ValueError: If ``workers`` is out of range, or a file would be replaced that was not written
            here, such as the official one.
    """
    rooms = rooms or RoomSet(size=OFFICIAL_SIZE)
    if workers is not None:
        check_integers(workers=(workers, 1))
    samples = list(enumerate(rooms.samples()))
    out = Path(out)
    _check_replaced(out, None if splits_mat is None else Path(splits_mat))
    remove_unfinished(out.parent, out.name)
    with unfinished_file(out) as path, _created(path, out.name) as file:
        _add_arrays(file, len(samples), rooms.size)
        _add_texts(file, 'names', _names())
        _add_texts(file, 'scenes', [f'room_{sample.index:04d}' for _, sample in samples])
        work = partial(_render, rooms)
        for room in work_through(work, samples, workers, 'Rendering rooms', progress):
            for name in ('images', 'depths', 'rawDepths', 'labels'):
                file[name][room.index] = getattr(room, name)
    if splits_mat is not None:
        _write_splits(Path(splits_mat), rooms)
    return len(samples)


def _render(rooms: RoomSet, numbered: tuple[int, RoomSample]) -> _Room:
    """Renders one room, with the frame that the official images have."""
    index, sample = numbered
    rendering, lost = rooms.render(sample)
    height, width = rooms.size
    frame = max(1, round(_FRAME * width))
    inside = np.zeros((height, width), dtype=bool)
    inside[frame : height - frame, frame : width - frame] = True
    return _Room(
        index=index,
        images=np.where(inside[..., None], rendering.image, np.uint8(255)).T,
        depths=rendering.depth.T,
        rawDepths=np.where(inside & ~lost, rendering.depth, np.float32(0)).T,
        labels=np.where(inside, rendering.label_ids, np.uint16(RoomLabel.UNLABELED)).T,
    )


def _check_replaced(out: Path, splits: Path | None) -> None:
    """Makes sure that no file of others is replaced."""
    foreign = None
    if not out.exists():
        foreign = splits
    elif not _is_rendered(out):
        foreign = out
    if foreign is not None and foreign.exists():
        raise ValueError(
            f'{foreign} was not written here, and may be the official one. Choose another folder, '
            'or delete that file.'
        )


def _is_rendered(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open('rb') as stream:
        return stream.read(len(_HEADER)) == _HEADER


@contextmanager
def _created(path: Path, name: str) -> Iterator[h5py.File]:
    """Opens a new HDF5 file with MATLAB's header; ``name`` is what the user calls it."""
    try:
        import h5py
    except ImportError as error:
        raise ImportError(f'{name}: to write it takes h5py (pip install h5py).') from error
    with h5py.File(path, 'w', userblock_size=_USER_BLOCK) as file:
        yield file
    # Version 2.0 of MATLAB's header, little-endian, in the last four of its 128 bytes.
    header = _HEADER.ljust(124) + b'\x00\x02IM'
    with path.open('r+b') as stream:
        stream.write(header)


def _add_arrays(file: h5py.File, count: int, size: tuple[int, int]) -> None:
    """Adds the arrays of all images, each image a chunk of its own."""
    height, width = size
    for name, shape, dtype, kind in (
        ('images', (3, width, height), np.uint8, 'uint8'),
        ('depths', (width, height), np.float32, 'single'),
        ('rawDepths', (width, height), np.float32, 'single'),
        ('labels', (width, height), np.uint16, 'uint16'),
    ):
        chunks = (1, *shape) if count else None
        dataset = file.create_dataset(name, (count, *shape), dtype, chunks=chunks)
        dataset.attrs['MATLAB_class'] = np.bytes_(kind)


def _add_texts(file: h5py.File, name: str, texts: Sequence[str]) -> None:
    """Adds a cell array of texts: references to arrays of characters."""
    import h5py

    references = file.create_dataset(name, (1, len(texts)), h5py.ref_dtype)
    references.attrs['MATLAB_class'] = np.bytes_('cell')
    for index, text in enumerate(texts):
        codes = np.array([[ord(letter)] for letter in text], dtype=np.uint16)
        item = file.create_dataset(f'#refs#/{name}_{index}', data=codes)
        item.attrs['MATLAB_class'] = np.bytes_('char')
        item.attrs['MATLAB_int_decode'] = np.int32(2)
        references[0, index] = item.ref


def _names() -> list[str]:
    """Gives the names of the raw ids, from id 1 on, as far as they are known here.

    These are the names of the ids that rooms use, and of those that are a class of their own among
    the 40; the others are numbered.
    """
    names = {raw: f'class_{raw}' for raw in range(1, RAW_IDS + 1)}
    fine = CLASS_SETS[40]
    for index, name in enumerate(fine.classes):
        ids = [raw for raw, found in fine.table.items() if found == index]
        if len(ids) == 1:
            names[ids[0]] = name
    for label in RoomLabel:
        if label != RoomLabel.UNLABELED and names[label].startswith('class_'):
            names[label] = label.name.lower().replace('_', ' ')
    return list(names.values())


def _write_splits(path: Path, rooms: RoomSet) -> None:
    """Writes the file of the splits."""
    numbers = np.arange(1, rooms.train + rooms.val + 1, dtype=np.uint16)[:, None]
    buffer = BytesIO()
    scipy.io.savemat(
        buffer, {'trainNdxs': numbers[: rooms.train], 'testNdxs': numbers[rooms.train :]}
    )
    write_atomically(path, buffer.getvalue())
