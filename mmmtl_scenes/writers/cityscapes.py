"""Writes synthetic streets in the folder layout and the file formats of CityScapes.

::

    OUT/leftImg8bit/{train,val,test}/<city>/<city>_<seq>_<frame>_leftImg8bit.png  8-bit RGB
    OUT/gtFine/...     ..._gtFine_labelIds.png    8-bit label ids
    OUT/disparity/...  ..._disparity.png          16-bit, see :mod:`~mmmtl_scenes.engine.stereo`
    OUT/camera/...     ..._camera.json            official structure
    OUT/normal/...     ..._normal.npy             float16 (H, W, 3), only on request
    OUT/weather/{train,val,test}.csv              image,weather: a line for each image of a split
    OUT/street_scenes.json                        what made the set

Disparities and the camera files are those of the reference camera (2048 pixels wide), whatever the
size of the images, as in the reduced copies of CityScapes that are in use. An image is called in
``weather/train.csv`` as below ``leftImg8bit/train``, without the end ``_leftImg8bit.png``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np

from mmmtl.files import write_atomically
from mmmtl.output_folder import prepare_output_folder
from mmmtl_scenes.engine.camera import REFERENCE_CAMERA, REFERENCE_WIDTH, check_size
from mmmtl_scenes.engine.render import Rendering
from mmmtl_scenes.engine.stereo import encode_disparity, infinitely_far, stereo_dropouts
from mmmtl_scenes.streets.street import render_street, street_weather
from mmmtl_scenes.writers.scene_sets import check_integers, write_missing_samples

VERSION: int = 3
"""Changes whenever the same parameters give other files."""

RECORD: str = 'street_scenes.json'
"""Name of the file that tells what made a set."""

CITIES: dict[str, str] = {'train': 'synthville', 'val': 'rendertown', 'test': 'pixelburg'}
"""The invented city of every split."""

_SPLIT_KEYS = {'train': 0, 'val': 1, 'test': 2}
_FRAMES = 1000
_PNG = [cv2.IMWRITE_PNG_COMPRESSION, 1]
# Noise has no repetitions to look for: Huffman codes alone are faster and no larger.
_PNG_NOISY = [*_PNG, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_HUFFMAN_ONLY]


@dataclass(frozen=True)
class StreetSceneSet:
    """The parameters of a set of street scenes.

    Args:
        size: Height and width of the images in pixels, even numbers.
        train: Images for training.
        val: Images for validation.
        test: Images for testing.
        seed: Seed of the set; every image of every split has a seed of its own that depends on it.
        normals: Whether exact normals are written too.
        dropouts: Share of random blotches without disparity, see
            :func:`~mmmtl_scenes.engine.stereo.stereo_dropouts`. With 0 the disparities have no
            fault of a stereo camera: the pixels that a right camera would not see and the far end
            of the street keep theirs, and the sky has none. Otherwise what
            :func:`~mmmtl_scenes.engine.stereo.infinitely_far` finds has a disparity of 0.
        supersample: Rays per pixel and direction for the colours.

    Raises:
        ValueError: If a parameter is out of range.
    """

    size: tuple[int, int] = (128, 256)
    train: int = 400
    val: int = 80
    test: int = 0
    seed: int = 0
    normals: bool = False
    dropouts: float = 0.03
    supersample: int = 1

    def __post_init__(self) -> None:
        check_size(self.size)
        check_integers(
            train=(self.train, 0),
            val=(self.val, 0),
            test=(self.test, 0),
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
            'counts': {'train': self.train, 'val': self.val, 'test': self.test},
            'normals': self.normals,
            'dropouts': self.dropouts,
            'supersample': self.supersample,
        }

    def samples(self) -> Iterator[StreetSample]:
        """Gives all samples of the set."""
        for split, key in _SPLIT_KEYS.items():
            for index in range(getattr(self, split)):
                yield StreetSample(split, index, (self.seed, key, index))


@dataclass(frozen=True)
class StreetSample:
    """One image of a set: its split, its number in the split, and the seed of its scene."""

    split: str
    index: int
    seed: tuple[int, int, int]

    @property
    def name(self) -> str:
        """What its files are called below the folders of the split, but for their ends."""
        city = CITIES[self.split]
        return f'{city}/{city}_{self.index // _FRAMES:06d}_{self.index % _FRAMES:06d}'

    def path(self, folder: str, suffix: str) -> Path:
        """Gives the path of one of its files below the root of the set."""
        return Path(folder, self.split, f'{self.name}_{suffix}')


def sample_files(sample: StreetSample, normals: bool) -> tuple[Path, ...]:
    """Gives the paths of all files of a sample below the root of the set.

    Args:
        sample: The sample.
        normals: Whether normals belong to it.

    Returns:
        Image, labels, disparity, camera and perhaps normals.
    """
    files = [
        sample.path('leftImg8bit', 'leftImg8bit.png'),
        sample.path('gtFine', 'gtFine_labelIds.png'),
        sample.path('disparity', 'disparity.png'),
        sample.path('camera', 'camera.json'),
    ]
    if normals:
        files.append(sample.path('normal', 'normal.npy'))
    return tuple(files)


def write_street_scenes(
    out: str | os.PathLike[str],
    scenes: StreetSceneSet | None = None,
    workers: int | None = None,
    progress: bool = True,
) -> int:
    """Renders a set of street scenes, or what is missing of it.

    Samples of which all files exist are not rendered again, so an interrupted run can be repeated.
    The files of a sample do not depend on the number of workers or on their order.

    Args:
        out: Folder of the set; it is created.
        scenes: What to render; the default set if ``None``.
        workers: Processes at most; all cores if ``None``. Few samples are rendered in this process,
            because starting another takes longer.
        progress: Whether to show a progress bar.

    Returns:
        How many samples were rendered.

    Raises:
        ValueError: If ``workers`` is out of range, or if the folder holds a set that was made with
            other parameters, or a CityScapes that was not made here.
    """
    scenes = scenes or StreetSceneSet()
    if workers is not None:
        check_integers(workers=(workers, 1))
    root = Path(out)
    foreign = ('leftImg8bit', 'gtFine', 'disparity')
    prepare_output_folder(root, RECORD, scenes.record(), 'street scenes', foreign)
    samples = ((sample, sample_files(sample, scenes.normals)) for sample in scenes.samples())
    write = partial(_render_and_write, root, scenes)
    count = write_missing_samples(root, samples, write, workers, 'Rendering streets', progress)
    _write_weather(root, scenes)
    return count


def _render_and_write(root: Path, scenes: StreetSceneSet, sample: StreetSample) -> None:
    """Renders one sample and writes its files."""
    rendering = render_street(sample.seed, scenes.size, scenes.supersample)
    files = sample_files(sample, scenes.normals)
    for file, content in zip(files, _contents(rendering, scenes, sample), strict=True):
        write_atomically(root / file, content)


def _write_weather(root: Path, scenes: StreetSceneSet) -> None:
    """Writes a table for each split that has images, also beside those of an older set."""
    tables: dict[str, list[str]] = {}
    for sample in scenes.samples():
        lines = tables.setdefault(sample.split, ['image,weather'])
        lines.append(f'{sample.name},{street_weather(sample.seed)}')
    for split, lines in tables.items():
        write_atomically(root / 'weather' / f'{split}.csv', '\n'.join([*lines, '']))


def _contents(
    rendering: Rendering, scenes: StreetSceneSet, sample: StreetSample
) -> Iterator[bytes]:
    """Gives the contents of a sample's files, in the order of :func:`sample_files`."""
    disparity = rendering.disparity
    # The last number of the seed sequence keeps the blotches apart from the scene's own numbers.
    lost = stereo_dropouts(disparity, scenes.dropouts, (*sample.seed, 1))
    infinite = None
    if scenes.dropouts:
        infinite = infinitely_far(rendering.depth, (*sample.seed, 2)) & ~lost
    yield _png(cv2.cvtColor(rendering.image, cv2.COLOR_RGB2BGR), _PNG_NOISY)
    yield _png(rendering.label_ids)
    yield _png(encode_disparity(np.where(lost, 0, disparity), infinite))
    yield (json.dumps(camera_record(rendering), indent=4) + '\n').encode()
    if scenes.normals:
        buffer = BytesIO()
        np.save(buffer, rendering.normal.astype(np.float16))
        yield buffer.getvalue()


def camera_record(rendering: Rendering) -> dict[str, dict[str, float]]:
    """Gives the content of a ``*_camera.json``.

    Args:
        rendering: The rendering.

    Returns:
        Extrinsic and intrinsic parameters under the official names. The intrinsic parameters are
        those of the reference camera, in whose pixels disparities are stated: its image is 2048
        pixels wide.
    """
    camera = rendering.camera
    scale = REFERENCE_WIDTH / camera.width
    return {
        'extrinsic': {
            'baseline': REFERENCE_CAMERA.baseline,
            'pitch': float(camera.pose.pitch),
            'roll': float(camera.pose.roll),
            'x': 0.0,
            'y': 0.0,
            'yaw': float(camera.pose.yaw),
            'z': float(camera.pose.height),
        },
        'intrinsic': {
            'fx': REFERENCE_CAMERA.focal,
            'fy': REFERENCE_CAMERA.focal,
            'u0': (REFERENCE_WIDTH - 1) / 2,
            'v0': (camera.height * scale - 1) / 2,
        },
    }


def _png(image: np.ndarray, parameters: list[int] = _PNG) -> bytes:
    """Encodes an image as PNG."""
    return cv2.imencode('.png', image, parameters)[1].tobytes()
