from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.converted_maps import ConvertedMaps
from mmmtl.datasets.mat_file import as_list, decode_mat
from mmmtl.datasets.pascal_labels import PART_MERGINGS, PERSON, PERSON_PARTS, part_classes
from mmmtl.tasks import IGNORED

_NUMBERS = {part: number for number, part in enumerate(PERSON_PARTS, 1)}


def person_parts_maps(converted: str | None = None) -> ConvertedMaps:
    """Gives the parts of people, each with its number among the 24.

    Args:
        converted: See :class:`PersonPartsReader`. Defaults to None.

    Returns:
        Maps of 0 for the background, 1 to 24 in the order of
        :data:`~mmmtl.datasets.pascal_labels.PERSON_PARTS`, or 255 throughout; uint8.
    """
    return ConvertedMaps('parts', _part_numbers, f'parts 1 of {" ".join(PERSON_PARTS)}', converted)


def _part_numbers(content: bytes, path: str, size: tuple[int, int]) -> np.ndarray:
    anno = decode_mat(content, path, 'anno')
    numbers = np.zeros(size, np.uint8)
    try:
        objects = as_list(anno['objects'])
        people = [one for one in objects if int(one['class_ind']) == PERSON]
        parts = [
            (str(part['part_name']), np.asarray(part['mask']))
            for person in people
            for part in as_list(person['parts'])
        ]
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f'{path}: expected anno.objects with class_ind, mask and parts of part_name and '
            f'mask, as in PASCAL-Part; {type(error).__name__}: {error}.'
        ) from error
    for name, mask in parts:
        if name not in _NUMBERS:
            raise ValueError(
                f'{path}: expected parts of a person among {", ".join(PERSON_PARTS)}, '
                f'found {name!r}.'
            )
        if mask.shape != size:
            raise ValueError(
                f'{path}: expected masks of {size[0]}x{size[1]} pixels as the image has, found '
                f'{name!r} of shape {mask.shape}.'
            )
        numbers[mask != 0] = _NUMBERS[name]
    return numbers if numbers.any() else np.full(size, IGNORED, np.uint8)


@TASK_UTILS.register_module()
class PersonPartsReader:
    """Reads the parts of people from the annotations of PASCAL-Part.

    What no part of a person covers is background. Where a part covers another, the later one of the
    file counts. An image in which no person has parts has no label at all.

    Args:
        merging: What the 24 parts are merged to, 4, 6 or 24, see
            :data:`~mmmtl.datasets.pascal_labels.PART_MERGINGS`. Defaults to 6.
        class_names: Names of the classes, which a task that states them tells. Defaults to None:
            those of the merging.
        converted: Folder of what was converted, such as ``PASCAL_MT/converted``, see
            :class:`~mmmtl.datasets.converted_maps.ConvertedMaps`. Defaults to None: nothing was.

    Raises:
        ValueError: If there is no such merging, or the names are others.
    """

    def __init__(
        self,
        merging: int = 6,
        class_names: Sequence[str] | None = None,
        converted: str | None = None,
    ) -> None:
        if merging not in PART_MERGINGS:
            raise ValueError(f'merging: expected one of {list(PART_MERGINGS)}, found {merging!r}.')
        expected = list(part_classes(merging))
        if class_names is not None and list(class_names) != expected:
            raise ValueError(
                f'class_names: expected those of merging={merging}, {expected}, '
                f'found {list(class_names)}.'
            )
        merged = PART_MERGINGS[merging].values()
        ids = {part: index for index, parts in enumerate(merged, 1) for part in parts}
        self._table = np.full(256, IGNORED, np.uint8)
        self._table[: len(_NUMBERS) + 1] = [0, *(ids[part] for part in _NUMBERS)]
        self._maps = person_parts_maps(converted)

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: MATLAB file with ``anno``, whose ``objects`` have ``class_ind``, ``mask`` and
                ``parts`` of ``part_name`` and ``mask``.
            info: The sample, of which ``backend_args`` and ``ori_shape`` are read.

        Returns:
            Ids, uint8 of shape (H, W); 255 throughout without a person.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If the file is broken, names another part, or a mask is of another size
                than the image.
        """
        numbers = self._maps.read(path, info)
        if numbers.shape != tuple(info['ori_shape']):
            raise ValueError(
                f'{path}: expected parts of {info["ori_shape"]} pixels as the image has, found '
                f'{numbers.shape}.'
            )
        return self._table[numbers]
