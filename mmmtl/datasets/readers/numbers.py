"""The numbers that readers take as arguments."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np


def check_number(name: str, value: Any) -> None:
    """Checks that an argument of a reader is a number.

    Args:
        name: Name of the argument.
        value: Its value.

    Raises:
        ValueError: If it is not one, such as a text from a command line.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ValueError(f'{name}: expected a number, found {value!r}.')


def find_mark(stored: np.ndarray, mark: float) -> np.ndarray:
    """Finds the pixels that hold the number which means that they have no label.

    Compared in the type of the file, which may not hold the number exactly.

    Args:
        stored: What a file holds, any shape.
        mark: The number, before any scale; NaN finds NaN.

    Returns:
        A boolean array of the same shape.
    """
    if math.isnan(mark):
        return np.isnan(stored)
    return stored == (stored.dtype.type(mark) if stored.dtype.kind == 'f' else mark)
