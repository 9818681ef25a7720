from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.io import read_map


@TASK_UTILS.register_module()
class ScalarReader:
    """Reads one number per pixel, such as a depth; 0 is invalid.

    Args:
        scale: Factor from the stored number to the unit of the task, e.g. 0.001 for 16-bit files in
            millimetres. Defaults to 1.
    """

    def __init__(self, scale: float = 1.0) -> None:
        if not scale > 0:
            raise ValueError(f'scale: expected a positive number, found {scale}.')
        self.scale = scale

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: File with a map of numbers >= 0, shape (H, W) or (H, W, 1).
            info: Data info of the sample (not read).

        Returns:
            The values times ``scale``, float32 of shape (H, W).

        Raises:
            ValueError: If the file is no such map, or holds NaN, infinity or a negative number.
        """
        values = read_map(path, info.get('backend_args'))
        if values.ndim != 2:
            raise ValueError(
                f'{path}: expected values of shape (H, W), found shape {values.shape}.'
            )
        values = values.astype(np.float64)
        if not np.isfinite(values).all():
            raise ValueError(f'{path}: expected finite depths, found NaN or infinity.')
        if values.min() < 0:
            raise ValueError(f'{path}: expected depths >= 0 (0 is invalid), found {values.min()}.')
        return (values * self.scale).astype(np.float32)
