"""Writes ten domains of drawn pictures in the folder layout and the files of the Visual Decathlon.

::

    OUT/data/<domain>/{train,val,test}/000001.jpg
    OUT/annotations/<domain>_{train,val}.json   images, annotations, categories
    OUT/annotations/<domain>_test_stripped.json the same without annotations
    OUT/annotations/<domain>_test.json          with them, which the challenge does not hand out
    OUT/decathlon.json                          what made the set

See :mod:`mmmtl.datasets.decathlon_annotations` for the form of the annotations.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from numbers import Real
from pathlib import Path

import cv2
import numpy as np

from mmmtl.datasets.decathlon_domains import CATEGORIES_PER_DOMAIN, DOMAINS
from mmmtl.files import write_atomically
from mmmtl.output_folder import prepare_output_folder
from mmmtl_scenes.decathlon.domains import EMBEDDED
from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.writers.scene_sets import check_integers, write_missing_samples

VERSION: int = 1
"""Changes whenever the same parameters give other files."""

RECORD: str = 'decathlon.json'
"""Name of the file that tells what made a set."""

SYNTHETIC: str = (
    'Synthetic, drawn by mmmtl_scenes: the layout of the Visual Decathlon with none of its images'
)
"""What the record and the annotations say of the set."""

_SPLITS = ('train', 'val', 'test')
_QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 95]


@dataclass(frozen=True)
class DecathlonSet:
    """The parameters of an embedded decathlon.

    Args:
        seed: Seed of the set; every image has a seed of its own that depends on it. The classes are
            the same for any.
        share: Part of the images of each class to draw, more than 0 and up to 1; each class keeps
            one at least.

    Raises:
        ValueError: If a parameter is out of range.
    """

    seed: int = 0
    share: float = 1.0

    def __post_init__(self) -> None:
        check_integers(seed=(self.seed, 0))
        if not isinstance(self.share, Real) or not 0 < self.share <= 1:
            raise ValueError(f'share must be more than 0 and up to 1, found {self.share!r}.')

    def record(self) -> dict[str, object]:
        """Gives what the file :data:`RECORD` says."""
        return {
            'version': VERSION,
            'description': SYNTHETIC,
            'seed': self.seed,
            'share': self.share,
        }

    def samples(self) -> Iterator[DecathlonSample]:
        """Gives all samples, domain by domain and split by split."""
        for name in EMBEDDED:
            number = 0
            for split in _SPLITS:
                for index, label in enumerate(self._labels(name, split)):
                    number += 1
                    yield DecathlonSample(name, split, index, label, number, self.seed)

    def _labels(self, name: str, split: str) -> list[int]:
        domain = EMBEDDED[name]
        count = max(1, round(self.share * getattr(domain, split)))
        ordered = np.repeat(np.arange(len(domain.pictures.CLASSES)), count)
        seed = (self.seed, DOMAINS[name].index, _SPLITS.index(split))
        labels: list[int] = np.random.default_rng(seed).permutation(ordered).tolist()
        return labels


@dataclass(frozen=True)
class DecathlonSample:
    """One image of a set.

    Args:
        domain: Name of its domain.
        split: Name of its split.
        index: Its place in the split, from 0.
        label: Its class, from 0.
        number: Its place among all images of the domain, from 1.
        set_seed: Seed of the set.
    """

    domain: str
    split: str
    index: int
    label: int
    number: int
    set_seed: int

    @property
    def path(self) -> Path:
        """Path: The image below the root of the set."""
        return Path('data', self.domain, self.split, f'{self.index + 1:06d}.jpg')

    @property
    def image_id(self) -> int:
        """int: Id of the image, in the domain's own ten million."""
        return CATEGORIES_PER_DOMAIN * (DOMAINS[self.domain].index + 1) + self.number

    @property
    def size(self) -> tuple[int, int]:
        """tuple[int, int]: Height and width."""
        return EMBEDDED[self.domain].pictures.size(self._rng())

    def draw(self) -> np.ndarray:
        """Draws the image.

        Returns:
            RGB, uint8 of shape (H, W, 3).
        """
        pictures, rng = EMBEDDED[self.domain].pictures, self._rng()
        size = pictures.size(rng)
        picture = pictures.draw(self.label, size, rng, np.random.default_rng((*self._seed, 1)))
        levels: np.ndarray = np.rint(picture * 255).astype(np.uint8)
        return levels

    @property
    def _seed(self) -> tuple[int, int, int, int]:
        return self.set_seed, DOMAINS[self.domain].index, _SPLITS.index(self.split), self.index

    def _rng(self) -> SceneRNG:
        return SceneRNG((*self._seed, 0))


def write_decathlon(
    out: str | os.PathLike[str],
    decathlon: DecathlonSet | None = None,
    workers: int | None = None,
    progress: bool = True,
) -> int:
    """Draws an embedded decathlon, or what is missing of it.

    Images that exist are not drawn again, so an interrupted run can be repeated; annotations are
    written last. The files do not depend on the number of workers or on their order.

    Args:
        out: Folder of the set; it is created.
        decathlon: What to draw; the default set if ``None``.
        workers: Processes at most; all cores if ``None``.
        progress: Whether to show a progress bar.

    Returns:
        How many images were drawn.

    Raises:
        ValueError: If ``workers`` is out of range, or if the folder holds a set that was made with
            other parameters, or a decathlon that was not made here.
    """
    decathlon = decathlon or DecathlonSet()
    if workers is not None:
        check_integers(workers=(workers, 1))
    root = Path(out)
    foreign = ('annotations', 'data')
    prepare_output_folder(root, RECORD, decathlon.record(), 'a decathlon', foreign)
    samples = list(decathlon.samples())
    items = ((sample, (sample.path,)) for sample in samples)
    write = partial(_draw_and_write, root)
    count = write_missing_samples(root, items, write, workers, 'Drawing a decathlon', progress)
    _write_annotations(root, samples)
    return count


def _draw_and_write(root: Path, sample: DecathlonSample) -> None:
    """Draws one image and writes it."""
    image = cv2.cvtColor(sample.draw(), cv2.COLOR_RGB2BGR)
    write_atomically(root / sample.path, cv2.imencode('.jpg', image, _QUALITY)[1].tobytes())


def _write_annotations(root: Path, samples: list[DecathlonSample]) -> None:
    """Writes the annotations that are missing."""
    for domain in EMBEDDED:
        for split in _SPLITS:
            names = [split] if split != 'test' else ['test_stripped', 'test']
            paths = [root / 'annotations' / f'{domain}_{name}.json' for name in names]
            if all(path.exists() for path in paths):
                continue
            own = [one for one in samples if (one.domain, one.split) == (domain, split)]
            for name, path in zip(names, paths, strict=True):
                record = _annotations(domain, own, labelled=name != 'test_stripped')
                write_atomically(path, json.dumps(record) + '\n')


def _annotations(domain: str, samples: list[DecathlonSample], labelled: bool) -> dict[str, object]:
    first = DOMAINS[domain].first_category
    images = []
    for sample in samples:
        height, width = sample.size
        images.append(
            {
                'id': sample.image_id,
                'width': width,
                'height': height,
                'file_name': sample.path.as_posix(),
            }
        )
    annotations = [
        {'id': sample.image_id, 'image_id': sample.image_id, 'category_id': first + sample.label}
        for sample in samples
    ]
    classes = EMBEDDED[domain].pictures.CLASSES
    return {
        'info': {'description': SYNTHETIC},
        'images': images,
        'annotations': annotations if labelled else [],
        'categories': [{'id': first + index, 'name': name} for index, name in enumerate(classes)],
    }
