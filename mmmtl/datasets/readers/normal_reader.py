from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.io import read_map


@TASK_UTILS.register_module()
class NormalReader:
    """Reads surface normals; the zero vector is invalid."""

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: ``.npy`` file of shape (H, W, 3); lengths need not be 1.
            info: Data info of the sample (not read).

        Returns:
            Unit vectors, float32 of shape (H, W, 3), zero where invalid.

        Raises:
            ValueError: If the file is no such map, or holds NaN or infinity.
        """
        normals = read_map(path, info.get('backend_args')).astype(np.float32)
        if normals.ndim != 3 or normals.shape[2] != 3:
            raise ValueError(
                f'{path}: expected normals of shape (H, W, 3), found shape {normals.shape}.'
            )
        if not np.isfinite(normals).all():
            raise ValueError(f'{path}: expected finite normals, found NaN or infinity.')
        length = np.linalg.norm(normals, axis=2, keepdims=True)
        return np.divide(normals, length, out=np.zeros_like(normals), where=length > 0)
