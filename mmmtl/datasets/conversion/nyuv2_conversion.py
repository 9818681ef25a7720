from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
from rich.progress import track

from mmmtl.datasets.conversion.normals_folder import NormalsFolder
from mmmtl.datasets.conversion.normals_from_depth import normals_from_depth
from mmmtl.datasets.conversion.nyuv2_file import (
    OFFICIAL_SIZE,
    NYUv2File,
    NYUv2Sample,
    nyuv2_camera,
)
from mmmtl.datasets.conversion.nyuv2_splits import read_nyuv2_splits
from mmmtl.datasets.nyuv2_labels import CLASS_SETS
from mmmtl.files import write_atomically
from mmmtl.geometry import resize_image, resize_map
from mmmtl.output_folder import prepare_output_folder
from mmmtl.tasks import SEG
from mmmtl.worker_pool import worker_pool

VERSION: int = 1
"""Changes whenever the same parameters give other files."""

RECORD: str = 'nyuv2_conversion.json'
"""Name of the file that tells how a folder was made."""

BORDER_CROP: tuple[slice, slice] = (slice(44, 471), slice(40, 601))
"""Rows and columns within the white border: 45 to 471 and 41 to 601, counted from 1, as in the NYU
Depth toolbox (``get_projection_mask.m``)."""

_FOLDERS = ('image', 'label', 'depth', 'normal')
_VOID = -1


@dataclass(frozen=True)
class NYUv2Conversion:
    """What is made of the official file.

    Args:
        mat: The official file, ``nyu_depth_v2_labeled.mat``.
        splits: The official ``splits.mat``.
        out: Folder of the result.
        size: Height and width of the result. Defaults to 288x384.
        classes: Number of classes, 13 or 40. Defaults to 13.
        crop_border: Whether the white border of the images is cut off. Defaults to False.
        normals: Folder of normals, see :class:`.normals_folder.NormalsFolder`. Defaults to None:
            computed from the depth, see :func:`.normals_from_depth.normals_from_depth`.
        flip_normals: Components of the folder's normals whose sign is reversed. Defaults to none.
        compact: Whether images are stored as uint8 instead of float32, depth and normals as float16
            instead of float32. Defaults to False.

    Raises:
        ValueError: If a parameter is out of range.
    """

    mat: Path
    splits: Path
    out: Path
    size: tuple[int, int] = (288, 384)
    classes: int = 13
    crop_border: bool = False
    normals: Path | None = None
    flip_normals: str = ''
    compact: bool = False

    def __post_init__(self) -> None:
        if self.classes not in CLASS_SETS:
            raise ValueError(f'classes: expected 13 or 40, found {self.classes}.')
        if len(self.size) != 2 or min(self.size) < 1:
            raise ValueError(f'size: expected (height, width), found {self.size}.')
        if self.flip_normals and self.normals is None:
            raise ValueError('flip_normals: only for normals that are read from a folder.')


@dataclass(frozen=True)
class _Target:
    """Where an image goes: its split, its number in the split, and its index in the file."""

    split: str
    number: int
    index: int

    def files(self, root: Path) -> list[Path]:
        return [root / self.split / folder / f'{self.number}.npy' for folder in _FOLDERS]


def convert_nyuv2(conversion: NYUv2Conversion, workers: int = 2, progress: bool = True) -> int:
    """Turns the official file of NYUv2 into files to train on, or what is missing of them.

    They lie as the MTAN authors have theirs (https://github.com/lorenmt/mtan), ``<i>`` counting
    from 0 in the order of the split::

        <split>/image/<i>.npy     (H, W, 3) float32, RGB in [0, 1] (compact: uint8)
        <split>/label/<i>.npy     (H, W) int8, -1 is void
        <split>/depth/<i>.npy     (H, W, 1) float32, metres, 0 invalid (compact: float16)
        <split>/normal/<i>.npy    (H, W, 3) float32, zero where invalid (compact: float16)

    ``<split>`` is ``train`` or ``val``, the official test split. Images are averaged over pixel
    areas, the other maps take the nearest pixels; a depth stays what it was in the original.

    Samples of which all files exist are not made again, so an interrupted run can be repeated. The
    files do not depend on the number of workers.

    Args:
        conversion: What to make of which file.
        workers: Number of processes. Defaults to 2.
        progress: Whether to show a progress bar. Defaults to True.

    Returns:
        How many samples were made.

    Raises:
        FileNotFoundError: If a file or the folder of normals is missing.
        ImportError: If h5py is missing.
        ValueError: If a file is broken or holds impossible values, or the folder holds something
            other than a part of this very result.
    """
    if workers < 1:
        raise ValueError(f'workers: expected at least 1, found {workers}.')
    out = conversion.out
    with NYUv2File(conversion.mat) as file:
        count, size = file.count, file.size
    splits = read_nyuv2_splits(conversion.splits, count)
    normals = _normals_folder(conversion, count, size)
    if conversion.crop_border and size != OFFICIAL_SIZE:
        raise ValueError(
            f'{conversion.mat}: the border is only known of images of 480x640, '
            f'found {size[0]}x{size[1]}.'
        )
    prepare_output_folder(
        out, RECORD, _record(conversion, splits), 'conversions of NYUv2', tuple(splits)
    )
    todo = [
        target
        for split, indices in splits.items()
        for target in (_Target(split, number, index) for number, index in enumerate(indices))
        if not all(path.exists() for path in target.files(out))
    ]
    work = partial(_convert_sample, conversion, normals)
    with worker_pool(workers) as pool:
        done = pool.map(work, todo, chunksize=4)
        for _ in track(done, 'Converting', total=len(todo), disable=not (progress and todo)):
            pass
    return len(todo)


def _normals_folder(
    conversion: NYUv2Conversion, count: int, size: tuple[int, int]
) -> NormalsFolder | None:
    if conversion.normals is not None:
        return NormalsFolder(conversion.normals, count, conversion.flip_normals)
    try:
        nyuv2_camera(size)
    except ValueError as error:
        raise ValueError(
            f'{conversion.mat}: {error} Give a folder of normals instead of computing them.'
        ) from None
    return None


def _record(
    conversion: NYUv2Conversion, splits: Mapping[str, tuple[int, ...]]
) -> dict[str, object]:
    folder = conversion.normals
    return dict(
        version=VERSION,
        mat_bytes=conversion.mat.stat().st_size,
        counts={split: len(indices) for split, indices in splits.items()},
        splits_sha256=hashlib.sha256(json.dumps(splits).encode()).hexdigest(),
        size=list(conversion.size),
        classes=conversion.classes,
        crop_border=conversion.crop_border,
        normals='computed' if folder is None else str(folder.resolve()),
        flip_normals=''.join(sorted(conversion.flip_normals)),
        compact=conversion.compact,
    )


def _convert_sample(
    conversion: NYUv2Conversion, folder: NormalsFolder | None, target: _Target
) -> None:
    """Makes the files of one sample."""
    with NYUv2File(conversion.mat) as file:
        sample = file.read(target.index)
    size = sample.depth.shape
    if folder is None:
        normals = normals_from_depth(sample.depth, nyuv2_camera(size))
    else:
        normals = folder.read(target.index, size)
    arrays = _arrays(conversion, sample, normals)
    for path, array in zip(target.files(conversion.out), arrays, strict=True):
        buffer = BytesIO()
        np.save(buffer, array)
        write_atomically(path, buffer.getvalue())


def _arrays(
    conversion: NYUv2Conversion, sample: NYUv2Sample, normals: np.ndarray
) -> Iterator[np.ndarray]:
    """Gives what is stored of a sample, in the order of the folders."""
    table = CLASS_SETS[conversion.classes].table
    classes = np.array([table[raw] for raw in sorted(table)])
    classes[classes == SEG.fill] = _VOID
    window = BORDER_CROP if conversion.crop_border else (slice(None), slice(None))
    image, raw_ids, depth, normals = (
        array[window] for array in (sample.image, sample.raw_ids, sample.depth, normals)
    )
    small = np.float16 if conversion.compact else np.float32
    if image.shape[:2] != conversion.size:
        image = resize_image(np.ascontiguousarray(image), conversion.size)
    yield image if conversion.compact else image.astype(np.float32) / np.float32(255)
    yield resize_map(classes.astype(np.int8)[raw_ids], conversion.size)
    yield resize_map(depth, conversion.size)[..., None].astype(small)
    yield resize_map(normals, conversion.size).astype(small)
