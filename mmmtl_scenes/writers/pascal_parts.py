"""The objects of an image and the parts of people, in the form of PASCAL-Part."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import cv2
import numpy as np

from mmmtl.datasets.pascal_labels import PASCAL_CLASSES, PERSON
from mmmtl_scenes.streets.labels import Limb

_WHOLE = {Limb.HEAD: 'head', Limb.TORSO: 'torso'}
_HALVES = {
    Limb.LEFT_ARM: ('luarm', 'llarm'),
    Limb.RIGHT_ARM: ('ruarm', 'rlarm'),
    Limb.LEFT_LEG: ('luleg', 'llleg'),
    Limb.RIGHT_LEG: ('ruleg', 'rlleg'),
}
_PART = ('part_name', 'mask')
_OBJECT = ('class', 'class_ind', 'mask', 'parts')


def people_and_parts(classes: np.ndarray, part_ids: np.ndarray) -> np.ndarray:
    """Gives the objects of an image.

    Args:
        classes: VOC's classes, 0 where there is no object, shape (H, W).
        part_ids: A :class:`~mmmtl_scenes.streets.labels.Limb` where a person is, shape (H, W).

    Returns:
        An array of structs of shape (1, objects), as MATLAB files hold it: what hangs together of a
        class is an object, and people have parts.
    """
    objects = []
    for found in np.unique(classes[classes > 0]):
        count, numbers = cv2.connectedComponents((classes == found).astype(np.uint8))
        for number in range(1, count):
            mask = numbers == number
            parts = list(_parts(mask, part_ids)) if found == PERSON else []
            name = PASCAL_CLASSES.classes[found]
            objects.append((name, float(found), mask.astype(np.uint8), _structs(parts, _PART)))
    return _structs(objects, _OBJECT)


def encode_mat(name: str, value: Any) -> bytes:
    """Writes one variable as a MATLAB 5 file whose bytes do not depend on the time.

    Args:
        name: Name of the variable.
        value: An array or a dict, which becomes a struct.

    Returns:
        The file.
    """
    from scipy.io import savemat  # a third of a second, of every command

    stream = BytesIO()
    savemat(stream, {name: value}, do_compression=True)
    header = b'MATLAB 5.0 MAT-file'.ljust(116)  # where SciPy states the time
    return header + stream.getvalue()[116:]


def _parts(person: np.ndarray, part_ids: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    for limb, name in _WHOLE.items():
        mask = person & (part_ids == limb)
        if mask.any():
            yield name, mask.astype(np.uint8)
    for limb, names in _HALVES.items():
        mask = person & (part_ids == limb)
        rows = np.flatnonzero(mask.any(axis=1))
        if not rows.size:
            continue
        upper = np.arange(len(mask)) <= (rows[0] + rows[-1]) / 2
        for name, half in zip(names, (upper, ~upper), strict=True):
            part = mask & half[:, None]
            if part.any():
                yield name, part.astype(np.uint8)


def _structs(rows: list[tuple[Any, ...]], names: tuple[str, ...]) -> np.ndarray:
    array = np.empty((1, len(rows)), [(name, object) for name in names])
    for index, row in enumerate(rows):
        array[0, index] = row
    return array
