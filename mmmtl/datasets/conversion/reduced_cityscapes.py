"""Reduced copies of CityScapes in its own layout, made of what training reads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from rich.progress import track

from mmmtl.datasets.io import read_image, read_map
from mmmtl.files import write_atomically
from mmmtl.geometry import resize_image, resize_map
from mmmtl.output_folder import prepare_output_folder
from mmmtl.worker_pool import worker_pool

RECORD = 'reduced_cityscapes.json'


class FileKind(NamedTuple):
    """One kind of file of a sample."""

    folder: str
    suffix: str
    required: bool = True


IMAGE = FileKind('leftImg8bit', '_leftImg8bit.png')
CAMERA = FileKind('camera', '_camera.json', required=False)
DISPARITY = FileKind('disparity', '_disparity.png', required=False)
COARSE_ONLY = 'train_extra'  # the split without fine annotations


def annotation_kind(name: str, annotations: str | None) -> FileKind:
    """Tells which label ids are copied.

    Args:
        name: ``<split>/<city>/<stem>`` of the sample.
        annotations: ``'gtFine'`` or ``'gtCoarse'``; None: coarse ones of the split that has no
            others, else fine ones.

    Returns:
        Their kind of file.
    """
    if annotations is None:
        annotations = 'gtCoarse' if name.split('/')[0] == COARSE_ONLY else 'gtFine'
    return FileKind(annotations, f'_{annotations}_labelIds.png')


def reduce_sample(
    source: Path,
    target: Path,
    size: tuple[int, int],
    name: str,
    annotations: str | None = None,
) -> None:
    """Copies one sample at a new size; files that are there already are left alone.

    Args:
        source: Root of the original.
        target: Root of the copy.
        size: The new (height, width).
        name: ``<split>/<city>/<stem>`` of the sample.
        annotations: See :func:`annotation_kind`. Defaults to None.

    Raises:
        FileNotFoundError: If a required file is missing.
        ValueError: If a file is broken, or differs in size from its image.
    """
    todo = [
        kind
        for kind in (IMAGE, annotation_kind(name, annotations), DISPARITY, CAMERA)
        if not _path(target, kind, name).exists()
        and (kind.required or _path(source, kind, name).exists())
    ]
    if not todo:
        return
    image = read_image(str(_path(source, IMAGE, name)))
    for kind in todo:
        path = _path(source, kind, name)
        if kind is CAMERA:
            write_atomically(_path(target, kind, name), path.read_bytes())
            continue
        if kind is IMAGE:
            reduced = resize_image(image, size) if image.shape[:2] != size else image
        else:
            labels = read_map(str(path))
            if labels.shape[:2] != image.shape[:2]:
                raise ValueError(
                    f'{path}: expected the size of its image, {image.shape[:2]}, '
                    f'found {labels.shape[:2]}.'
                )
            reduced = resize_map(labels, size)
        write_atomically(_path(target, kind, name), _encode_png(reduced))


def find_samples(source: Path, splits: Sequence[str]) -> list[str]:
    """Lists the samples of an original.

    Args:
        source: Root of the original.
        splits: Names of the splits.

    Returns:
        ``<split>/<city>/<stem>`` of each sample, sorted.

    Raises:
        FileNotFoundError: If a split has no image.
    """
    samples: list[str] = []
    for split in splits:
        folder = source / IMAGE.folder / split
        found = sorted(folder.rglob(f'*{IMAGE.suffix}'))
        if not found:
            raise FileNotFoundError(
                f'{folder}: expected images */*{IMAGE.suffix} of CityScapes, found none.'
            )
        root = source / IMAGE.folder
        samples += [str(path.relative_to(root)).removesuffix(IMAGE.suffix) for path in found]
    return samples


def reduce_cityscapes(
    source: Path,
    target: Path,
    size: tuple[int, int],
    splits: Sequence[str],
    workers: int,
    annotations: str | None = None,
) -> int:
    """Writes a reduced copy, and shows the progress; complete samples are kept.

    Args:
        source: Root of the original.
        target: Root of the copy.
        size: The new (height, width).
        splits: Names of the splits.
        workers: Number of processes, at least 1.
        annotations: See :func:`annotation_kind`. Defaults to None.

    Returns:
        The number of samples.

    Raises:
        concurrent.futures.process.BrokenProcessPool: If a process was killed.
        FileNotFoundError: If a split has no image, or a required file is missing.
        ValueError: If a file is broken, or the target holds something else.
    """
    samples = find_samples(source, splits)
    record = dict(size=list(size))
    prepare_output_folder(target, RECORD, record, 'reduced copies', (IMAGE.folder,))
    work = partial(reduce_sample, source, target, size, annotations=annotations)
    with worker_pool(workers) as pool:
        done = pool.map(work, samples, chunksize=4)
        for _ in track(done, description='Reducing', total=len(samples)):
            pass
    return len(samples)


def _path(root: Path, kind: FileKind, name: str) -> Path:
    return root / kind.folder / (name + kind.suffix)


def _encode_png(array: np.ndarray) -> bytes:
    return cv2.imencode('.png', array)[1].tobytes()
