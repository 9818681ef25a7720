from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.io import read_map
from mmmtl.datasets.readers.numbers import check_number, find_mark
from mmmtl.tasks import IGNORED


@TASK_UTILS.register_module()
class MaskReader:
    """Reads yes or no per pixel, such as edges or what is salient.

    Whole numbers are 0 for no and ``one`` for yes, booleans are what they are, and floats from 0 to
    ``one`` are probabilities, divided by ``one``. Every other number is an error: a mask of 0 and
    255 is read with ``one=255``, a mask of 0 and 1 in which 255 marks pixels without a label with
    ``ignore=255``.

    Args:
        one: Stored number that means yes, more than 0. Defaults to 1.
        ignore: Stored number of a pixel that has no label, or NaN. Defaults to None: every pixel
            has one.

    Raises:
        ValueError: If an argument is no number, yes is not more than 0, or pixels without a label
            have the number of yes or no.
    """

    def __init__(self, one: int = 1, ignore: float | None = None) -> None:
        check_number('one', one)
        if ignore is not None:
            check_number('ignore', ignore)
        if not one > 0:
            raise ValueError(f'one: expected a number more than 0, which means no, found {one}.')
        if ignore in (0, one):
            raise ValueError(
                f'ignore: expected a number other than 0 (no) and {one} (yes), found {ignore}.'
            )
        self.one = one
        self.ignore = ignore

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: File with a map of shape (H, W).
            info: Data info of the sample (not read).

        Returns:
            0 for no, 1 for yes, what lies between for probabilities, 255 without a label; float32
            of shape (H, W).

        Raises:
            ValueError: If the file is no such map, or holds another number.
        """
        stored = read_map(path, info.get('backend_args'))
        if stored.ndim != 2:
            raise ValueError(f'{path}: expected a mask of shape (H, W), found {stored.shape}.')
        ignored = np.zeros(stored.shape, bool)
        if self.ignore is not None:
            ignored = find_mark(stored, self.ignore)
        if stored.dtype.kind == 'f':
            known = (stored >= 0) & (stored <= self.one)
            values = stored / self.one
        elif stored.dtype.kind == 'b':
            known, values = np.ones(stored.shape, bool), stored
        else:
            known = (stored == 0) | (stored == self.one)
            values = stored == self.one
        unknown = stored[~known & ~ignored]
        if unknown.size:
            found = ', '.join(f'{value:g}' for value in np.unique(unknown)[:5].astype(float))
            raise ValueError(
                f'{path}: expected 0 and {self.one}'
                + (f', and {self.ignore:g} without a label' if self.ignore is not None else '')
                + f', found {found}; MaskReader(one=..., ignore=...) says what numbers mean.'
            )
        return np.where(ignored, np.float32(IGNORED), values).astype(np.float32)
