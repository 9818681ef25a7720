from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.io import read_map
from mmmtl.datasets.readers.numbers import check_number, find_mark


@TASK_UTILS.register_module()
class VectorReader:
    """Reads several numbers per pixel, such as an albedo or a flow.

    Floats and signed integers are the numbers themselves; unsigned integers, as in a colour image,
    are shares of the largest one of their type, from 0 to 1.

    Args:
        channels: Numbers per pixel, at least 2.
        scale: Factor from these numbers to those of the task, other than 0. Defaults to 1.
        invalid: Number, before ``scale``, that all channels of a pixel without a label have; it
            stays what it is. Defaults to NaN: NaN in any channel marks these pixels.

    Raises:
        ValueError: If an argument is not a number, there are fewer than two channels, or the scale
            is 0 or not finite.
    """

    def __init__(self, channels: int, scale: float = 1.0, invalid: float = math.nan) -> None:
        for name, value in (('channels', channels), ('scale', scale), ('invalid', invalid)):
            check_number(name, value)
        if not isinstance(channels, Integral):
            raise ValueError(f'channels: expected a whole number, found {channels}.')
        if channels < 2:
            raise ValueError(f'channels: expected at least 2, found {channels}.')
        if scale == 0 or not math.isfinite(scale):
            raise ValueError(f'scale: expected a finite number other than 0, found {scale}.')
        self.channels: int = channels
        self.scale: float = scale
        self.invalid: float = invalid

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: ``.npy`` or colour image file of shape (H, W, C).
            info: Data info of the sample (not read).

        Returns:
            The numbers times ``scale``, float32 of shape (H, W, C); ``invalid`` in all channels of
            a pixel without a label.

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
        are_shares = stored.dtype.kind == 'u'
        largest = np.iinfo(stored.dtype).max if are_shares else 1
        if are_shares and not (math.isnan(self.invalid) or 0 <= self.invalid <= 1):
            raise ValueError(
                f'{path}: unsigned integers are read as shares of {largest}, from 0 to 1, among '
                f'which invalid={self.invalid:g} never is.'
            )
        numbers = stored.astype(np.float64) / largest
        marked = find_mark(numbers if are_shares else stored, self.invalid)
        holds_mark = np.any if math.isnan(self.invalid) else np.all
        invalid = holds_mark(marked, axis=2, keepdims=True)
        values = np.where(invalid, self.invalid, numbers * self.scale)
        if not (invalid | (np.abs(values) <= np.finfo(np.float32).max)).all():
            raise ValueError(f'{path}: expected finite numbers, found NaN or infinity.')
        return values.astype(np.float32)
