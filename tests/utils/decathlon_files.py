"""A decathlon of a few tiny images, which a test may damage."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from mmmtl.datasets.decathlon_annotations import SPLITS
from mmmtl.datasets.decathlon_domains import DOMAINS

LABELS = {'train': [2, 0, 1, 2], 'val': [0, 1], 'test': [1, 2, 0]}
"""Classes of the images of each split."""

CLASSES = ('zero', 'one', 'two')


def write_domain(
    root: Path,
    name: str,
    labels: Mapping[str, Sequence[int]] | None = None,
    classes: Sequence[str] = CLASSES,
) -> None:
    """Writes one domain; the blue of an image is 40 times its class, its green its number."""
    domain = DOMAINS[name]
    image_id = 10_000_000 * (domain.index + 1)
    for split, own in (labels or LABELS).items():
        images, annotations = [], []
        for index, label in enumerate(own):
            image_id += 1
            file = f'data/{name}/{split}/{index + 1:06d}.jpg'
            path = root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            pixels = np.full((72, 76, 3), (40 * label, index, 0), np.uint8)
            cv2.imwrite(str(path), pixels, [cv2.IMWRITE_JPEG_QUALITY, 100])
            images.append(dict(id=image_id, width=76, height=72, file_name=file))
            category = domain.first_category + label
            annotations.append(dict(id=index, image_id=image_id, category_id=category))
        categories = [
            dict(id=domain.first_category + index, name=text) for index, text in enumerate(classes)
        ]
        labelled = annotations if split != 'test' else []
        content = dict(images=images, annotations=labelled, categories=categories)
        write_annotations(root, name, split, content)


def write_annotations(root: Path, name: str, split: str, content: object) -> Path:
    """Writes a file of annotations; text is written as it is."""
    path = annotations_of(root, name, split)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def annotations_of(root: Path, name: str, split: str) -> Path:
    """Gives the path of a file of annotations."""
    return root / 'annotations' / f'{name}_{SPLITS[split]}.json'
