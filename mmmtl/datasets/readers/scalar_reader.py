from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.io import read_map


@TASK_UTILS.register_module()
class ScalarReader:
    """Reads one number per pixel, such as a depth.

    Args:
        scale: Factor from the stored number to the unit of the task, e.g. 0.001 for 16-bit files in
            millimetres. Defaults to 1.
        invalid: Stored number, before ``scale``, of a pixel that has no label; it stays what it is.
            NaN means that NaN marks these pixels. Defaults to 0.
        signed: Whether numbers below 0 may be labels. Defaults to False.

    Raises:
        ValueError: If the scale is not positive or not finite.
    """

    def __init__(self, scale: float = 1.0, invalid: float = 0.0, signed: bool = False) -> None:
        if not 0 < scale < math.inf:
            raise ValueError(f'scale: expected a positive number, found {scale}.')
        self.scale = scale
        self.invalid = invalid
        self.signed = signed

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: File with a map of numbers, shape (H, W) or (H, W, 1).
            info: Data info of the sample (not read).

        Returns:
            The values times ``scale``, float32 of shape (H, W).

        Raises:
            ValueError: If the file is no such map, or holds infinity, or NaN that does not mark
                invalid pixels, or a negative number where none may be.
        """
        values = read_map(path, info.get('backend_args'))
        if values.ndim != 2:
            raise ValueError(
                f'{path}: expected values of shape (H, W), found shape {values.shape}.'
            )
        # In the type of the file, which may not hold the number exactly.
        marker = values.dtype.type(self.invalid) if values.dtype.kind == 'f' else self.invalid
        invalid = np.isnan(values) if math.isnan(self.invalid) else values == marker
        values = values.astype(np.float64)
        scaled = np.where(invalid, self.invalid, values * self.scale)
        if not (np.abs(scaled[~invalid]) <= np.finfo(np.float32).max).all():
            raise ValueError(f'{path}: expected finite numbers, found NaN or infinity.')
        if not self.signed and (values[~invalid] < 0).any():
            raise ValueError(
                f'{path}: expected numbers >= 0 ({self.invalid:g} is invalid), '
                f'found {values[~invalid].min()}; ScalarReader(invalid=..., signed=...) says what '
                'they mean.'
            )
        return scaled.astype(np.float32)
