"""The result file of the Visual Decathlon: one category for each test image of all domains.

``results.json`` is a list of ``{"image_id": 10000385, "category_id": 10000007}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mmmtl.datasets.decathlon_annotations import DecathlonAnnotations
from mmmtl.files import write_atomically
from mmmtl.some_of import some_of


class Result(NamedTuple):
    """The category that was found for an image."""

    image_id: int
    category_id: int


def read_results(path: str | Path) -> list[Result]:
    """Reads a result file.

    Args:
        path: The file.

    Returns:
        Its entries.

    Raises:
        FileNotFoundError: If there is none.
        ValueError: If it is no list of such entries, or has two of one image; the message names the
            entry.
    """
    try:
        content = json.loads(Path(path).read_text(encoding='utf-8'))
    except FileNotFoundError:
        raise FileNotFoundError(f'{path}: no such file.') from None
    except (RecursionError, ValueError) as error:  # too deep, or none
        raise ValueError(f'{path}: no JSON: {error}.') from error
    if not isinstance(content, list):
        raise ValueError(f'{path}: expected a list of results, found {type(content).__name__}.')
    results: list[Result] = []
    places: dict[int, int] = {}
    for place, entry in enumerate(content):
        values: list[Any] = [
            entry.get(key) if isinstance(entry, dict) else None for key in Result._fields
        ]
        if not all(isinstance(one, int) and not isinstance(one, bool) for one in values):
            raise ValueError(
                f'{path}: entry {place}: expected integers image_id and category_id, '
                f'found {entry!r}.'
            )
        result = Result(*values)
        if result.image_id in places:
            raise ValueError(
                f'{path}: entry {place}: expected each image once, found image_id '
                f'{result.image_id} of entry {places[result.image_id]} again.'
            )
        places[result.image_id] = place
        results.append(result)
    return results


def write_results(path: str | Path, results: Iterable[Result]) -> None:
    """Writes a result file, ordered by image.

    Args:
        path: The file; one that exists is replaced.
        results: Its entries.
    """
    lines = ',\n'.join(json.dumps(result._asdict()) for result in sorted(results))
    write_atomically(path, f'[\n{lines}\n]\n')


def check_results(
    path: str | Path, annotations: Mapping[str, DecathlonAnnotations]
) -> dict[str, dict[int, int]]:
    """Reads a result file and checks that it is complete.

    Args:
        path: The file.
        annotations: The annotations of the images, by name of the domain.

    Returns:
        The class of each image by its id, by name of the domain.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is not one, has an image twice or lacks one, an image that is in none of
            the annotations, or a category of another domain than its image's; the message names the
            entry.
    """
    domain_of = {image.image_id: name for name, of in annotations.items() for image in of.images}
    found: dict[str, dict[int, int]] = {name: {} for name in annotations}
    for place, result in enumerate(read_results(path)):
        where = f'{path}: entry {place}'
        name = domain_of.get(result.image_id)
        if name is None:
            raise ValueError(
                f'{where}: expected an image of {", ".join(annotations)}, '
                f'found image_id {result.image_id}.'
            )
        own = annotations[name]
        first = own.domain.first_category
        count = len(own.classes) or own.domain.classes
        if not first <= result.category_id < first + count:
            raise ValueError(
                f'{where}: expected a category of {name}, {first} to {first + count - 1}, for '
                f'image_id {result.image_id}, found {result.category_id}.'
            )
        found[name][result.image_id] = result.category_id - first
    for name, own in annotations.items():
        missing = [str(one.image_id) for one in own.images if one.image_id not in found[name]]
        if missing:
            raise ValueError(
                f'{path}: expected each of the {len(own.images)} images of {name}, found no result '
                f'for {len(missing)}: image_id {some_of(missing)}.'
            )
    return found


def result_accuracy(classes: Mapping[int, int], annotations: DecathlonAnnotations) -> float:
    """Gives the accuracy of results in a domain whose labels are known.

    Args:
        classes: The class that was found for each image, by its id.
        annotations: The labels.

    Returns:
        Accuracy in percent.
    """
    right = sum(classes[image.image_id] == image.label for image in annotations.images)
    return 100 * right / len(annotations.images)


def replace_results(path: str | Path, results: Iterable[Result]) -> int:
    """Puts results into a file beside those of other images.

    Args:
        path: The file; it is made if there is none.
        results: The results, each of another image.

    Returns:
        How many entries the file has then.

    Raises:
        ValueError: If the file is there, and no result file.
    """
    merged: dict[int, Result] = {}
    if Path(path).exists():
        merged = {one.image_id: one for one in read_results(path)}
    merged |= {one.image_id: one for one in results}
    write_results(path, merged.values())
    return len(merged)
