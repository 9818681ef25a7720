from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mmmtl.datasets.io import read_map

_COLORS = 3


def read_ids(path: str, info: Mapping[str, Any]) -> np.ndarray:
    """Reads a map of ids, which may be stored as floats.

    Args:
        path: File with a map of whole numbers, shape (H, W).
        info: Data info of the sample; only its ``backend_args`` are read.

    Returns:
        The ids as they are stored, shape (H, W).

    Raises:
        ValueError: If the file is no such map.
    """
    ids = read_map(path, info.get('backend_args'))
    if ids.ndim != 2:
        hint = ' ColorReader reads masks of colours.' if ids.shape[2] == _COLORS else ''
        raise ValueError(f'{path}: expected ids of shape (H, W), found shape {ids.shape}.{hint}')
    if ids.dtype.kind == 'f':
        if not np.array_equal(np.rint(ids), ids):
            raise ValueError(f'{path}: expected whole numbers as ids, found fractions or NaN.')
        if not np.isfinite(ids).all():
            raise ValueError(f'{path}: expected whole numbers as ids, found infinity.')
    return ids
