from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.readers.ids import read_ids
from mmmtl.tasks import IGNORED

_UNKNOWN = -1


@TASK_UTILS.register_module()
class IdMapReader:
    """Reads class ids and maps them by a table.

    Args:
        table: Class of each id in the files, 255 for ids that are to be ignored; a dict, or a list
            whose index is the id. Every other id in a file is an error.

    Raises:
        ValueError: If the table is empty, or holds anything but whole numbers, or another class.
    """

    _void_hint = f' If {IGNORED} means no label, add {IGNORED}: {IGNORED} to the table.'

    def __init__(self, table: Mapping[int, int] | Sequence[int]) -> None:
        if isinstance(table, str) or not isinstance(table, (Mapping, Sequence)):
            raise ValueError(f'table: expected the class of each id, found {table!r}.')
        pairs = dict(table) if isinstance(table, Mapping) else dict(enumerate(table))
        if not pairs:
            raise ValueError('table: expected at least one id, found none.')
        for file_id, class_id in pairs.items():
            if not (isinstance(file_id, Integral) and isinstance(class_id, Integral)):
                raise ValueError(
                    f'table: expected whole numbers, found {class_id!r} for id {file_id!r}.'
                )
            if not 0 <= class_id <= IGNORED:
                raise ValueError(
                    f'table: expected classes from 0 to {IGNORED}, '
                    f'found {class_id} for id {file_id}.'
                )
        self.first_id = min(pairs)
        self.table = np.full(max(pairs) - self.first_id + 1, _UNKNOWN, dtype=np.int16)
        for file_id, class_id in pairs.items():
            self.table[file_id - self.first_id] = class_id

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: File with a map of ids, shape (H, W); whole numbers.
            info: Data info of the sample (not read).

        Returns:
            The classes, uint8 of shape (H, W).

        Raises:
            ValueError: If the file is not such a map, or holds an id that is not in the table.
        """
        ids = read_ids(path, info)
        inside = (ids >= self.first_id) & (ids < self.first_id + len(self.table))
        found = np.full(ids.shape, self.first_id, np.int64)
        np.copyto(found, ids, where=inside, casting='unsafe')
        classes = self.table[found - self.first_id]
        unknown = ~inside | (classes == _UNKNOWN)
        if unknown.any():
            listed = ', '.join(f'{i:.0f}' for i in np.unique(ids[unknown])[:5])
            hint = self._void_hint if (ids[unknown] == IGNORED).all() else ''
            known = np.flatnonzero(self.table != _UNKNOWN) + self.first_id
            raise ValueError(
                f'{path}: label id(s) {listed} are not in the table, which has {len(known)} ids: '
                f'the smallest is {known[0]}, the largest {known[-1]}.{hint}'
            )
        return classes.astype(np.uint8)
