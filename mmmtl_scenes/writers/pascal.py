"""Writes synthetic streets in the layout of PASCAL-Context's multi-task benchmark.

::

    OUT/JPEGImages/<id>.jpg                    8-bit RGB
    OUT/ImageSets/Context/{train,val}.txt      ids, one a line
    OUT/semseg/VOC12/<id>.png                  VOC's classes; 255 on the outlines of objects
    OUT/human_parts/<id>.mat                   objects and the parts of people, as PASCAL-Part
    OUT/sal_distill/<id>.png                   grey: the largest people and vehicles
    OUT/normals_distill/<id>.png               (x, y, z) / 2 + 0.5 of 255
    OUT/pascal-context/trainval/<id>.mat       LabelMap, the label ids of CityScapes
    OUT/db_info/{context,nyu}_classes.json     names of these ids; those whose normals count
    OUT/pascal_streets.json                    what made the set

People that touch in the image are one object. A limb is one solid: the upper half of its pixels'
rows is the upper arm or leg, the rest the lower one.
"""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from mmmtl.datasets.class_set import IGNORED
from mmmtl.datasets.pascal_labels import PASCAL_CLASSES
from mmmtl.files import write_atomically
from mmmtl.output_folder import prepare_output_folder
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.street import render_street
from mmmtl_scenes.writers.cityscapes import StreetSample, StreetSceneSet
from mmmtl_scenes.writers.encoding import encode_normals, encode_png, outlines
from mmmtl_scenes.writers.pascal_parts import encode_mat, people_and_parts
from mmmtl_scenes.writers.scene_sets import check_integers, write_missing_samples

VERSION: int = 1
"""Changes whenever the same parameters give other files."""

RECORD: str = 'pascal_streets.json'
"""Name of the file that tells what made a set."""

_FILES = (
    ('JPEGImages', '.jpg'), ('semseg/VOC12', '.png'), ('human_parts', '.mat'),
    ('sal_distill', '.png'), ('normals_distill', '.png'), ('pascal-context/trainval', '.mat'),
)  # fmt: skip
_OBJECTS = {
    LabelId.PERSON: 'person',
    LabelId.RIDER: 'person',
    LabelId.CAR: 'car',
    LabelId.BUS: 'bus',
    LabelId.TRAIN: 'train',
    LabelId.MOTORCYCLE: 'motorbike',
    LabelId.BICYCLE: 'bicycle',
}
_WITH_NORMALS = ('wall', 'building', 'person', 'road', 'sidewalk', 'floor', 'chair')
_SALIENT = 0.4
"""Share of the largest object's pixels from which on another one is salient too."""


def write_pascal_streets(
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
        scenes: What to render; the default set if ``None``. It has no split for testing.
        workers: Processes at most; all cores if ``None``.
        progress: Whether to show a progress bar.

    Returns:
        How many samples were rendered.

    Raises:
        ValueError: If ``workers`` or ``test`` is out of range, or if the folder holds a set that
            was made with other parameters, or a PASCAL_MT that was not made here.
    """
    scenes = scenes or StreetSceneSet()
    if workers is not None:
        check_integers(workers=(workers, 1))
    if scenes.test:
        raise ValueError(f'test must be 0, as PASCAL has no such split, found {scenes.test}.')
    root = Path(out)
    record = {'pascal_version': VERSION} | scenes.record()
    foreign = tuple(folder.partition('/')[0] for folder, _ in _FILES)
    prepare_output_folder(root, RECORD, record, 'street scenes', foreign)
    samples = ((sample, _files(sample)) for sample in scenes.samples())
    write = partial(_render_and_write, root, scenes)
    count = write_missing_samples(root, samples, write, workers, 'Rendering streets', progress)
    for split in ('train', 'val'):
        names = [_name(one) for one in scenes.samples() if one.split == split]
        path = root / 'ImageSets' / 'Context' / f'{split}.txt'
        write_atomically(path, ''.join(f'{name}\n' for name in names))
    ids = {label.name.lower(): int(label) for label in LabelId}
    for name, content in (('context', ids), ('nyu', list(_WITH_NORMALS))):
        path = root / 'db_info' / f'{name}_classes.json'
        write_atomically(path, json.dumps(content, indent=2) + '\n')
    return count


def _name(sample: StreetSample) -> str:
    return f'{2008 if sample.split == "train" else 2009}_{sample.index + 1:06}'


def _files(sample: StreetSample) -> tuple[Path, ...]:
    return tuple(Path(folder, _name(sample) + suffix) for folder, suffix in _FILES)


def _render_and_write(root: Path, scenes: StreetSceneSet, sample: StreetSample) -> None:
    """Renders one sample and writes its files."""
    rendering = render_street(sample.seed, scenes.size, scenes.supersample)
    ids = rendering.label_ids
    classes = np.zeros(ids.shape, np.uint8)
    for label, name in _OBJECTS.items():
        classes[ids == label] = PASCAL_CLASSES.classes.index(name)
    objects = people_and_parts(classes, rendering.part_ids)
    picture = cv2.cvtColor(rendering.image, cv2.COLOR_RGB2BGR)
    contents = (
        cv2.imencode('.jpg', picture, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes(),
        encode_png(np.where(outlines(classes), IGNORED, classes).astype(np.uint8)),
        encode_mat('anno', {'imname': _name(sample), 'objects': objects}),
        encode_png(_saliency(classes)),
        encode_png(encode_normals(rendering.normal)),
        encode_mat('LabelMap', ids.astype(np.uint16)),
    )
    for file, content in zip(_files(sample), contents, strict=True):
        write_atomically(root / file, content)


def _saliency(classes: np.ndarray) -> np.ndarray:
    """Draws the largest objects, with soft borders as a network does; uint8 of shape (H, W)."""
    drawn = np.zeros(classes.shape, np.uint8)
    masks = [
        parts == number
        for found in np.unique(classes[classes > 0])
        for count, parts in [cv2.connectedComponents((classes == found).astype(np.uint8))]
        for number in range(1, count)
    ]
    largest = max((mask.sum() for mask in masks), default=0)
    for mask in masks:
        if mask.sum() >= _SALIENT * largest:
            drawn[mask] = 255
    return cv2.GaussianBlur(drawn, (3, 3), 0.8)
