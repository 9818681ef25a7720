from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.mat_file import read_mat
from mmmtl.thinning import thin


def read_label_map(path: str, info: Mapping[str, Any]) -> np.ndarray:
    """Reads the ids of PASCAL-Context.

    Args:
        path: MATLAB file with ``LabelMap``.
        info: The sample, of which ``backend_args`` is read.

    Returns:
        The ids, shape (H, W).

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is broken or holds no such map.
    """
    ids = np.asarray(read_mat(path, 'LabelMap', info.get('backend_args')))
    if ids.ndim != 2 or ids.dtype.kind not in 'uif':
        raise ValueError(f'{path}: expected a LabelMap of shape (H, W), found {ids.shape}.')
    return ids


@TASK_UTILS.register_module()
class ContextEdgeReader:
    """Reads edges from the label maps of PASCAL-Context, as its multi-task benchmark does.

    A pixel is on an edge where the Laplacian of the ids, those of the four neighbours minus four
    times its own, is not 0; what is found is thinned to lines.
    """

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: MATLAB file with ``LabelMap``.
            info: The sample, of which ``backend_args`` is read.

        Returns:
            1 on an edge and 0 elsewhere, float32 of shape (H, W).

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If the file is broken or holds no such map.
        """
        ids = read_label_map(path, info).astype(np.float64)
        return thin(cv2.Laplacian(ids, cv2.CV_64F) != 0).astype(np.float32)
