from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.io import read_map

_LONGEST = 1e6


@TASK_UTILS.register_module()
class NormalReader:
    """Reads surface normals.

    Floats and signed integers are the components x, y, z themselves; the zero vector is invalid.
    Unsigned integers, as in an 8-bit or 16-bit colour image, are an encoding of the components from
    -1 to 1: red, green, blue are ``(x, y, z) / 2 + 0.5`` of the largest number. There black is
    invalid, and so is a vector shorter than a half, such as the grey of a zero vector.
    """

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: ``.npy`` or colour image file of shape (H, W, 3); lengths need not be 1, but are
                at most a million.
            info: Data info of the sample (not read).

        Returns:
            Unit vectors, float32 of shape (H, W, 3), zero where invalid.

        Raises:
            ValueError: If the file is no such map, holds NaN or infinity, or a vector is
                longer than that.
        """
        stored = read_map(path, info.get('backend_args'))
        normals = stored.astype(np.float64)
        if normals.ndim != 3 or normals.shape[2] != 3:
            raise ValueError(
                f'{path}: expected normals of shape (H, W, 3), found shape {normals.shape}.'
            )
        if stored.dtype.kind == 'b':
            raise ValueError(f'{path}: expected numbers as normals, found truth values.')
        if not np.isfinite(normals).all():
            raise ValueError(f'{path}: expected finite normals, found NaN or infinity.')
        valid = np.any(stored, axis=2, keepdims=True)
        shortest = 0.0
        if stored.dtype.kind == 'u':
            normals = normals * (2 / np.iinfo(stored.dtype).max) - 1
            shortest = 0.5
        length = np.linalg.norm(normals, axis=2, keepdims=True)
        if length.max() > _LONGEST:
            raise ValueError(
                f'{path}: expected normals of length {_LONGEST:g} at most, found {length.max():g}.'
            )
        valid &= length > shortest
        units = np.divide(normals, length, out=np.zeros_like(normals), where=valid)
        return units.astype(np.float32)
