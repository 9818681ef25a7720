from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.io import read_map
from mmmtl.datasets.readers.numbers import check_number


@TASK_UTILS.register_module()
class GreyMaskReader:
    """Reads a grey image as probabilities, such as edges or saliency that networks have drawn.

    Unsigned integers are shares of the largest one of their type, 255 of 8 bits; every pixel has a
    label.

    Args:
        threshold: Share above which a pixel is yes, and from which down no. Defaults to None:
            shares are probabilities.
        ones: Whether a file that holds nothing but 0 and 1 means no and yes. Defaults to False.

    Raises:
        ValueError: If the threshold is no share.
    """

    def __init__(self, threshold: float | None = None, ones: bool = False) -> None:
        if threshold is not None:
            check_number('threshold', threshold)
            if not 0 <= threshold < 1:
                raise ValueError(f'threshold: expected a share from 0 to 1, found {threshold}.')
        self.threshold = threshold
        self.ones = ones

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: Grey image of shape (H, W), or a ``.npy`` file of shares or booleans.
            info: Data info of the sample, of which ``backend_args`` is read.

        Returns:
            Probabilities from 0 to 1, float32 of shape (H, W).

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If the file is no such map.
        """
        shares = self.shares(path, info)
        return (shares if self.threshold is None else shares > self.threshold).astype(np.float32)

    def shares(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file with all the digits that it has, before any threshold.

        Args:
            path: See :meth:`__call__`.
            info: See :meth:`__call__`.

        Returns:
            Shares from 0 to 1, float64 of shape (H, W).

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If the file is no such map.
        """
        stored = read_map(path, info.get('backend_args'))
        if stored.ndim != 2:
            raise ValueError(f'{path}: expected a grey image (H, W), found shape {stored.shape}.')
        largest = np.iinfo(stored.dtype).max if stored.dtype.kind in 'ui' else 1
        if self.ones and stored.max() <= 1:
            largest = 1
        shares = stored.astype(np.float64) / largest
        if not ((shares >= 0) & (shares <= 1)).all():
            raise ValueError(
                f'{path}: expected shares from 0 to 1, found {shares.min():g} to {shares.max():g}.'
            )
        return shares
