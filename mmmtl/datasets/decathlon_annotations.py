r"""Reading the annotations of the Visual Decathlon.

A file ``annotations/<domain>_<split>.json`` has the form of COCO's::

    {"images": [{"id": 10000001, "width": 96, "height": 72,
                 "file_name": "data/aircraft/train/000001.jpg"}, ...],
     "annotations": [{"id": 1, "image_id": 10000001, "category_id": 10000007}, ...],
     "categories": [{"id": 10000001, "name": "..."}, ...]}

The category of class c of the domain with index d is :math:`10^7 (d + 1) + c + 1`. The file of the
test images, ``<domain>_test_stripped.json``, has no annotations.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mmengine import fileio

from mmmtl.datasets.decathlon_domains import Domain

STRIPPED = '_stripped'
"""End of the names of files whose annotations are not handed out."""

SPLITS: Mapping[str, str] = {'train': 'train', 'val': 'val', 'test': f'test{STRIPPED}'}
"""What the names of the files say of each split."""


@dataclass(frozen=True)
class DecathlonImage:
    """One image of a file of annotations.

    Args:
        image_id: Its id, which no other image has.
        file_name: Its path below the root of the decathlon.
        label: Its class, from 0; None if the file does not say.
    """

    image_id: int
    file_name: str
    label: int | None


@dataclass(frozen=True)
class DecathlonAnnotations:
    """What a file of annotations says.

    Args:
        path: The file.
        domain: Its domain.
        images: The images, in the order of the file.
        classes: Names of the classes; none if the file has no categories.
        is_labelled: Whether each image has a label.
        description: What the file says of itself.
    """

    path: str
    domain: Domain
    images: tuple[DecathlonImage, ...]
    classes: tuple[str, ...]
    is_labelled: bool
    description: str = ''


def annotation_file(domain: Domain, split: str) -> str:
    """Gives the name of a file of annotations.

    Args:
        domain: The domain.
        split: Name of the split in :data:`SPLITS`.

    Returns:
        Its path below the root of the decathlon.
    """
    return f'annotations/{domain.name}_{SPLITS[split]}.json'


def read_annotations(
    path: str, domain: Domain, backend_args: dict | None = None
) -> DecathlonAnnotations:
    """Reads a file of annotations.

    Args:
        path: The file.
        domain: Its domain.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        What it says.

    Raises:
        ValueError: If it is no such file, lists an image twice, has a category outside of its
            domain, or an image without one; the message names the file and the entry.
    """
    content = _read_json(path, backend_args)
    classes = _read_classes(path, content, domain)
    labels = _read_labels(path, content, domain, len(classes))
    images: dict[int, DecathlonImage] = {}
    places: dict[int | str, int] = {}
    for place, entry in enumerate(_entries(path, content, 'images')):
        where = f'{path}: images[{place}]'
        image_id, file_name = _integer(where, entry, 'id'), _text(where, entry, 'file_name')
        for key, value in (('id', image_id), ('file_name', file_name)):
            if value in places:
                raise ValueError(
                    f'{where}: expected each image once, found the {key} {value!r} of '
                    f'images[{places[value]}] again.'
                )
            places[value] = place
        if labels and image_id not in labels:
            raise ValueError(
                f'{where}: expected an annotation for each image, found none for {file_name!r}, '
                f'id {image_id}.'
            )
        images[image_id] = DecathlonImage(image_id, file_name, labels.get(image_id))
    if not images:
        raise ValueError(f'{path}: expected images, found none.')
    unknown = next((one for one in labels if one not in images), None)
    if unknown is not None:
        raise ValueError(
            f'{path}: annotations[{list(labels).index(unknown)}].image_id: expected the id of one '
            f'of {len(images)} images, found {unknown}.'
        )
    info = content.get('info')
    told = info.get('description') if isinstance(info, Mapping) else None
    description = told if isinstance(told, str) else ''
    return DecathlonAnnotations(
        path, domain, tuple(images.values()), classes, bool(labels), description
    )


def _read_json(path: str, backend_args: dict | None) -> Mapping[str, Any]:
    try:
        content = json.loads(fileio.get_text(path, encoding='utf-8', backend_args=backend_args))
    except FileNotFoundError:
        raise FileNotFoundError(f'{path}: no such file.') from None
    except (RecursionError, ValueError) as error:  # too deep, or none
        raise ValueError(f'{path}: no JSON: {error}.') from error
    if not isinstance(content, Mapping):
        raise ValueError(
            f'{path}: expected an object with images, annotations and categories, '
            f'found {_kind(content)}.'
        )
    return content


def _read_classes(path: str, content: Mapping[str, Any], domain: Domain) -> tuple[str, ...]:
    """Reads the names of the classes, whose ids follow each other."""
    if 'categories' not in content:
        return ()
    names: dict[int, str] = {}
    for place, entry in enumerate(_entries(path, content, 'categories')):
        where = f'{path}: categories[{place}]'
        category = _integer(where, entry, 'id')
        if category in names:
            raise ValueError(
                f'{where}: expected each category once, found the id {category} again.'
            )
        names[category] = _text(where, entry, 'name')
    first, last = domain.first_category, domain.first_category + len(names) - 1
    for place, category in enumerate(names):
        if not first <= category <= last:
            raise ValueError(
                f'{path}: categories[{place}].id: expected the ids of the {len(names)} classes of '
                f'{domain.name}, {first} to {last}, found {category}.'
            )
    return tuple(names[first + index] for index in range(len(names)))


def _read_labels(
    path: str, content: Mapping[str, Any], domain: Domain, classes: int
) -> dict[int, int]:
    """Reads the classes of the images by their ids."""
    if not content.get('annotations'):
        if STRIPPED in path.rpartition('/')[2]:
            return {}
        raise ValueError(f'{path}: expected annotations, found none.')
    if not classes:
        raise ValueError(f'{path}: expected categories beside annotations, found none.')
    labels: dict[int, int] = {}
    first = domain.first_category
    for place, entry in enumerate(_entries(path, content, 'annotations')):
        where = f'{path}: annotations[{place}]'
        image_id, category = (
            _integer(where, entry, 'image_id'),
            _integer(where, entry, 'category_id'),
        )
        if not 0 <= category - first < classes:
            raise ValueError(
                f'{where}.category_id: expected one of the {classes} classes of {domain.name}, '
                f'{first} to {first + classes - 1}, found {category}.'
            )
        if image_id in labels:
            raise ValueError(
                f'{where}: expected one annotation for each image, found another of {image_id}.'
            )
        labels[image_id] = category - first
    return labels


def _entries(path: str, content: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    entries = content.get(key)
    if not isinstance(entries, list):
        found = 'none' if key not in content else _kind(entries)
        raise ValueError(f'{path}: expected a list of {key}, found {found}.')
    for place, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            raise ValueError(f'{path}: {key}[{place}]: expected an object, found {entry!r}.')
    return entries


def _integer(where: str, entry: Mapping[str, Any], key: str) -> int:
    value = entry.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f'{where}.{key}: expected an integer, found {value!r}.')
    return value


def _text(where: str, entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f'{where}.{key}: expected a text, found {value!r}.')
    return value


def _kind(value: Any) -> str:
    return {list: 'a list', str: 'a text', type(None): 'null'}.get(type(value), repr(value))
