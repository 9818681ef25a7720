from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.readers.ids import read_ids


@TASK_UTILS.register_module()
class BoundaryReader:
    """Reads a map of ids and gives the boundaries between them, for a task of edges.

    A pixel is on a boundary if a neighbour, left, right, above or below, has another id: boundaries
    are two pixels wide, one on each side. Ids that stand for no label are ids like any other.
    """

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: File with a map of ids, shape (H, W).
            info: Data info of the sample (not read).

        Returns:
            1 on a boundary and 0 elsewhere, float32 of shape (H, W).

        Raises:
            ValueError: If the file is no such map, or holds fractions, infinity or NaN.
        """
        ids = read_ids(path, info)
        edges = np.zeros(ids.shape, np.float32)
        down, right = ids[1:] != ids[:-1], ids[:, 1:] != ids[:, :-1]
        for rows in (slice(1, None), slice(None, -1)):
            edges[rows][down] = 1
            edges[:, rows][right] = 1
        return edges
