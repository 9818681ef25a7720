"""Writes synthetic rooms in the layout of the pre-processed NYUv2 that the authors of MTAN publish.

::

    OUT/{train,val}/image/<i>.npy    (H, W, 3) float32, RGB in [0, 1]
    OUT/{train,val}/label/<i>.npy    (H, W) int8, the 13 classes from 0; -1 is not labelled
    OUT/{train,val}/depth/<i>.npy    (H, W, 1) float32, metres; 0 is invalid
    OUT/{train,val}/normal/<i>.npy   (H, W, 3) float32, unit vectors; (0, 0, 0) is invalid
    OUT/rooms.json                   what made the set

Normals are in camera axes (x right, y down, z forward) and face the camera.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path

import numpy as np

from mmmtl.datasets.class_set import IGNORED
from mmmtl.datasets.nyuv2_labels import CLASS_SETS, RAW_IDS
from mmmtl.files import write_atomically
from mmmtl.output_folder import prepare_output_folder
from mmmtl_scenes.engine.camera import check_size
from mmmtl_scenes.engine.kinect import kinect_dropouts
from mmmtl_scenes.engine.render import Rendering
from mmmtl_scenes.rooms.room import render_room
from mmmtl_scenes.writers.scene_sets import check_integers, write_missing_samples

VERSION: int = 1
"""Changes whenever the same parameters give other files."""

RECORD: str = 'rooms.json'
"""Name of the file that tells what made a set."""

VOID: int = -1
"""Class of the pixels that are not labelled."""

_SPLIT_KEYS = {'train': 0, 'val': 1}
_FOLDERS = ('image', 'label', 'depth', 'normal')


@dataclass(frozen=True)
class RoomSet:
    """The parameters of a set of rooms.

    Args:
        size: Height and width of the images in pixels, even numbers. The view is that of NYUv2 if
            they are as 3 : 4.
        train: Images for training.
        val: Images for validation.
        seed: Seed of the set; every image of every split has a seed of its own that depends on it.
        dropouts: Share of random blotches without depth and normal; with 0, the pixels that a
            Kinect's projector would not reach keep theirs as well. See
            :func:`~mmmtl_scenes.engine.kinect.kinect_dropouts`.
        supersample: Rays per pixel and direction for the colours.

    Raises:
        ValueError: If a parameter is out of range.
    """

    size: tuple[int, int] = (288, 384)
    train: int = 200
    val: int = 60
    seed: int = 0
    dropouts: float = 0.02
    supersample: int = 1

    def __post_init__(self) -> None:
        check_size(self.size)
        check_integers(
            train=(self.train, 0),
            val=(self.val, 0),
            seed=(self.seed, 0),
            supersample=(self.supersample, 1),
        )
        if not 0 <= self.dropouts < 1:
            raise ValueError(f'dropouts must be at least 0 and below 1, found {self.dropouts!r}.')

    def record(self) -> dict[str, object]:
        """Gives what the file :data:`RECORD` says."""
        return {
            'version': VERSION,
            'seed': self.seed,
            'size': list(self.size),
            'counts': {'train': self.train, 'val': self.val},
            'dropouts': self.dropouts,
            'supersample': self.supersample,
        }

    def samples(self) -> Iterator[RoomSample]:
        """Gives all samples of the set, those of ``train`` first."""
        for split, key in _SPLIT_KEYS.items():
            for index in range(getattr(self, split)):
                yield RoomSample(split, index, (self.seed, key, index))

    def render(self, sample: RoomSample) -> tuple[Rendering, np.ndarray]:
        """Renders a sample.

        Args:
            sample: One of :meth:`samples`.

        Returns:
            The room with complete labels, and a boolean array (H, W), true where depth and normal
            are to be left out.
        """
        rendering = render_room(sample.seed, self.size, self.supersample)
        # The last number of the seed sequence keeps the blotches apart from the scene's numbers.
        return rendering, kinect_dropouts(rendering, self.dropouts, (*sample.seed, 1))


@dataclass(frozen=True)
class RoomSample:
    """One image of a set: its split, its number in the split, and the seed of its scene."""

    split: str
    index: int
    seed: tuple[int, int, int]

    @property
    def files(self) -> tuple[Path, ...]:
        """tuple[Path, ...]: Image, label, depth and normal below the root of the set."""
        return tuple(Path(self.split, folder, f'{self.index}.npy') for folder in _FOLDERS)


def write_rooms(
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
        workers: Processes at most; all cores if ``None``. Few samples are rendered in this process,
            because starting another takes longer.
        progress: Whether to show a progress bar.

    Returns:
        How many samples were rendered.

    Raises:
        ValueError: If ``workers`` is out of range, or if the folder holds a set that was made with
            other parameters, or a NYUv2 that was not made here.
    """
    rooms = rooms or RoomSet()
    if workers is not None:
        check_integers(workers=(workers, 1))
    root = Path(out)
    prepare_output_folder(root, RECORD, rooms.record(), 'rooms', tuple(_SPLIT_KEYS))
    samples = ((sample, sample.files) for sample in rooms.samples())
    write = partial(_render_and_write, root, rooms)
    return write_missing_samples(root, samples, write, workers, 'Rendering rooms', progress)


def _render_and_write(root: Path, rooms: RoomSet, sample: RoomSample) -> None:
    """Renders one sample and writes its files."""
    rendering, lost = rooms.render(sample)
    kept = ~lost[..., None]
    contents = (
        rendering.image.astype(np.float32) / np.float32(255),
        _class_table()[rendering.label_ids],
        rendering.depth[..., None] * kept,
        rendering.normal * kept,
    )
    for file, content in zip(sample.files, contents, strict=True):
        buffer = BytesIO()
        np.save(buffer, content)
        write_atomically(root / file, buffer.getvalue())


@lru_cache(maxsize=1)
def _class_table() -> np.ndarray:
    """Gives the class of every raw id, shape (895,), int8."""
    table = CLASS_SETS[13].table
    classes = [VOID if table[raw] == IGNORED else table[raw] for raw in range(RAW_IDS + 1)]
    return np.array(classes, dtype=np.int8)
