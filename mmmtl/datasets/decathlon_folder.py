"""Whether the folder of a Visual Decathlon is whole, and what its images are like."""

from __future__ import annotations

import os.path as osp
from collections.abc import Iterable, Sequence

import numpy as np

from mmmtl.datasets.decathlon_annotations import (
    SPLITS,
    DecathlonAnnotations,
    annotation_file,
    read_annotations,
)
from mmmtl.datasets.decathlon_domains import Domain
from mmmtl.datasets.io import read_image
from mmmtl.datasets.visual_decathlon import missing_images
from mmmtl.some_of import some_of


def check_domain(root: str, domain: Domain) -> dict[str, DecathlonAnnotations]:
    """Reads the annotations of all splits of a domain, and checks them against its images.

    Args:
        root: Root of the decathlon.
        domain: The domain.

    Returns:
        The annotations by split.

    Raises:
        FileNotFoundError: If a file of annotations, or images, are missing.
        ValueError: If annotations are wrong, two splits have other classes, or an image is in two.
    """
    found: dict[str, DecathlonAnnotations] = {}
    split_of: dict[int | str, str] = {}
    for split in SPLITS:
        own = read_annotations(osp.join(root, annotation_file(domain, split)), domain)
        for image in own.images:
            for key, value in (('id', image.image_id), ('file_name', image.file_name)):
                if value in split_of:
                    raise ValueError(
                        f'{own.path}: expected images of no other split, found the {key} '
                        f'{value!r} of {split_of[value]} again.'
                    )
                split_of[value] = split
        if own.classes and own.classes != found.get('train', own).classes:
            raise ValueError(
                f'{own.path}: expected the categories of {found["train"].path}, found others.'
            )
        missing = missing_images(root, own)
        if missing:
            raise FileNotFoundError(
                f'{own.path}: {len(missing)} of {len(own.images)} images are missing: '
                f'{some_of(missing)}.'
            )
        found[split] = own
    return found


def spread(paths: Sequence[str], count: int) -> list[str]:
    """Chooses some of several files, evenly spread.

    Args:
        paths: The files.
        count: How many; all if there are no more.

    Returns:
        The chosen ones.
    """
    places = np.linspace(0, len(paths) - 1, min(count, len(paths))).round().astype(int)
    return [paths[place] for place in places]


def image_statistics(paths: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """Gives the mean and the deviation of the pixels of images.

    Args:
        paths: The images, one at least.

    Returns:
        Mean and deviation of red, green and blue, from 0 to 1, shape (3,) each.
    """
    count = 0
    sums = np.zeros((2, 3))
    for path in paths:
        pixels = read_image(path).reshape(-1, 3)[:, ::-1] / 255.0
        count += len(pixels)
        sums += pixels.sum(axis=0), (pixels**2).sum(axis=0)
    mean, square = sums / count
    return mean, np.sqrt(np.maximum(square - mean**2, 0))
