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
        if stored.ndim != 3 or stored.shape[2] != 3:
            raise ValueError(
                f'{path}: expected normals of shape (H, W, 3), found shape {stored.shape}.'
            )
        if stored.dtype.kind == 'b':
            raise ValueError(f'{path}: expected numbers as normals, found truth values.')
        # A plane a component: NumPy is slow along an axis of three numbers.
        x, y, z = normals = np.moveaxis(stored, 2, 0).astype(np.float64, order='C')
        if not np.isfinite(normals).all():
            raise ValueError(f'{path}: expected finite normals, found NaN or infinity.')
        valid = (x != 0) | (y != 0) | (z != 0)
        shortest = 0.0
        if stored.dtype.kind == 'u':
            x, y, z = normals = normals * (2 / np.iinfo(stored.dtype).max) - 1
            shortest = 0.5
        length = np.sqrt(x * x + y * y + z * z)
        if length.max() > _LONGEST:
            raise ValueError(
                f'{path}: expected normals of length {_LONGEST:g} at most, found {length.max():g}.'
            )
        valid &= length > shortest
        units = np.zeros(stored.shape, np.float32)
        for channel, component in enumerate(normals):
            np.divide(component, length, out=units[..., channel], where=valid, casting='same_kind')
        return units
