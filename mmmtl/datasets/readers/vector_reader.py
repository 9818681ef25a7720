from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.io import read_map


@TASK_UTILS.register_module()
class VectorReader:
    """Reads several numbers per pixel, such as an albedo or a flow.

    Floats and signed integers are the numbers themselves; unsigned integers, as in a colour image,
    are shares of the largest one of their type, from 0 to 1.

    Args:
        channels: Numbers per pixel.
        scale: Factor on the numbers. Defaults to 1.
        invalid: Number that all channels of a pixel without a label have, after ``scale``. Defaults
            to NaN.
    """

    def __init__(self, channels: int, scale: float = 1.0, invalid: float = math.nan) -> None:
        self.channels = channels
        self.scale = scale
        self.invalid = invalid

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: ``.npy`` or colour image file of shape (H, W, C).
            info: Data info of the sample (not read).

        Returns:
            The numbers, float32 of shape (H, W, C).

        Raises:
            ValueError: If the file is no such map, or holds infinity, or NaN that does not mark
                invalid pixels.
        """
        stored = read_map(path, info.get('backend_args'))
        if stored.ndim != 3 or stored.shape[2] != self.channels:
            raise ValueError(
                f'{path}: expected numbers of shape (H, W, {self.channels}), '
                f'found shape {stored.shape}.'
            )
        largest = np.iinfo(stored.dtype).max if stored.dtype.kind == 'u' else 1
        values = (stored.astype(np.float64) / largest * self.scale).astype(np.float32)
        finite = np.isfinite(values)
        if math.isnan(self.invalid):
            finite |= np.isnan(values)
        if not finite.all():
            raise ValueError(f'{path}: expected finite numbers, found NaN or infinity.')
        return values
