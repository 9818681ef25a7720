from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.converted_maps import ConvertedMaps
from mmmtl.datasets.mat_file import decode_mat
from mmmtl.thinning import thin

_LARGEST = np.iinfo(np.uint16).max


def context_label_maps(converted: str | None = None) -> ConvertedMaps:
    """Gives the ids of PASCAL-Context.

    Args:
        converted: See :class:`ContextEdgeReader`. Defaults to None.

    Returns:
        Maps of ids, uint16, of MATLAB files with ``LabelMap``.
    """
    return ConvertedMaps('label_maps', _ids, 'label maps 1', converted)


def context_edge_maps(converted: str | None = None) -> ConvertedMaps:
    """Gives the edges of PASCAL-Context, see :class:`ContextEdgeReader`.

    Args:
        converted: See :class:`ContextEdgeReader`. Defaults to None.

    Returns:
        Maps of 0 and 1, uint8, of MATLAB files with ``LabelMap``.
    """
    return ConvertedMaps('edges', _edges, 'edges 1', converted)


def _ids(content: bytes, path: str, size: tuple[int, int]) -> np.ndarray:
    del size  # that of the map
    ids = np.asarray(decode_mat(content, path, 'LabelMap'))
    if ids.ndim != 2 or not ids.size or ids.dtype.kind not in 'uif':
        raise ValueError(
            f'{path}: expected a LabelMap of numbers and of shape (H, W), found {ids.dtype} of '
            f'shape {ids.shape}.'
        )
    if not ((ids >= 0) & (ids <= _LARGEST) & (np.rint(ids) == ids)).all():
        raise ValueError(
            f'{path}: expected a LabelMap of ids from 0 to {_LARGEST}, found {ids.min():g} to '
            f'{ids.max():g} as {ids.dtype}.'
        )
    return ids.astype(np.uint16)


def _edges(content: bytes, path: str, size: tuple[int, int]) -> np.ndarray:
    ids = _ids(content, path, size).astype(np.float64)
    return thin(cv2.Laplacian(ids, cv2.CV_64F) != 0).astype(np.uint8)


@TASK_UTILS.register_module()
class ContextEdgeReader:
    """Reads edges from the label maps of PASCAL-Context, as its multi-task benchmark does.

    A pixel is on an edge where the Laplacian of the ids, those of the four neighbours minus four
    times its own, is not 0; what is found is thinned to lines.

    Args:
        converted: Folder of what was converted, such as ``PASCAL_MT/converted``, see
            :class:`~mmmtl.datasets.converted_maps.ConvertedMaps`. Defaults to None: nothing was.
    """

    def __init__(self, converted: str | None = None) -> None:
        self._maps = context_edge_maps(converted)

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
        return self._maps.read(path, info).astype(np.float32)
