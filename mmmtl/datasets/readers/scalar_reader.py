from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.io import read_map
from mmmtl.datasets.readers.numbers import check_number, find_mark
from mmmtl.tasks import get_depth_unit


@TASK_UTILS.register_module()
class ScalarReader:
    """Reads one number per pixel, such as a depth.

    Args:
        scale: Factor from the stored number to the unit of the task, e.g. 0.001 for 16-bit files in
            millimetres. Defaults to None: 1, but integers as depths are an error, as nothing says
            what they mean.
        invalid: Stored number, before ``scale``, of a pixel that has no label; it stays what it is.
            NaN means that NaN marks these pixels. Defaults to 0.
        signed: Whether numbers below 0 may be labels. Defaults to False.
        invalid_values: Further stored numbers, before ``scale``, of pixels without a label, such as
            65535 for the sky; they become ``invalid``. One or several. Defaults to none.
        min_value: Smallest label, in the unit of the task; pixels with less have none. Defaults to
            None: any.
        max_value: Largest label, in the unit of the task; pixels with more have none, infinite ones
            included. Defaults to None: any.
        depth_unit: Unit of the labels, if they are depths, see :data:`mmmtl.tasks.DEPTH_UNITS`; a
            data set tells it. Defaults to None: other numbers.
        key: Name of the array in ``.npz`` files. Defaults to None: the only one.

    Raises:
        ValueError: If an argument is not a number, the scale is not positive or not finite, the
            range is empty, or there is no such unit.
    """

    def __init__(
        self,
        scale: float | None = None,
        invalid: float = 0.0,
        signed: bool = False,
        invalid_values: float | Sequence[float] = (),
        min_value: float | None = None,
        max_value: float | None = None,
        depth_unit: str | None = None,
        key: str | None = None,
    ) -> None:
        further = invalid_values if isinstance(invalid_values, (list, tuple)) else (invalid_values,)
        for name, value in (
            ('scale', scale),
            ('min_value', min_value),
            ('max_value', max_value),
        ):
            if value is not None:
                check_number(name, value)
        check_number('invalid', invalid)
        for value in further:
            check_number('invalid_values', value)
        if scale is not None and not 0 < scale < math.inf:
            raise ValueError(f'scale: expected a positive number, found {scale}.')
        if min_value is not None and max_value is not None and not min_value < max_value:
            raise ValueError(f'expected min_value < max_value, found {min_value} and {max_value}.')
        if depth_unit is not None:
            get_depth_unit(depth_unit)
        self.scale = scale
        self.invalid = invalid
        self.signed = signed
        self.invalid_values = tuple(further)
        self.min_value = min_value
        self.max_value = max_value
        self.depth_unit = depth_unit
        self.key = key

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: File with a map of numbers, shape (H, W) or (H, W, 1).
            info: Data info of the sample (not read).

        Returns:
            The values times ``scale``, float32 of shape (H, W); ``invalid`` where there is none.

        Raises:
            ValueError: If the file is no such map, or holds infinity, NaN or a negative number that
                does not mark invalid pixels, a number that float32 cannot hold, or integers as
                depths without a ``scale``.
        """
        stored = read_map(path, info.get('backend_args'), self.key)
        if stored.ndim != 2:
            raise ValueError(
                f'{path}: expected values of shape (H, W), found shape {stored.shape}.'
            )
        if self.scale is None and self.depth_unit is not None and stored.dtype.kind in 'biu':
            raise ValueError(
                f'{path}: expected the scale of integers ({stored.dtype}, up to {stored.max()}) as '
                f'{get_depth_unit(self.depth_unit).label}, which nothing states; '
                "label_readers=dict(<task>=dict(type='ScalarReader', scale=0.001)) reads "
                'millimetres as metres, scale=1 the numbers as they are.'
            )
        marks = (self.invalid, *self.invalid_values)
        invalid = np.any([find_mark(stored, mark) for mark in marks], axis=0)
        numbers = stored.astype(np.float64)
        scaled = numbers * (1.0 if self.scale is None else self.scale)
        if self.min_value is not None:
            invalid |= scaled < self.min_value
        if self.max_value is not None:
            invalid |= scaled > self.max_value
        self._check(numbers[~invalid], scaled[~invalid], path)
        return np.where(invalid, self.invalid, scaled).astype(np.float32)

    def _check(self, numbers: np.ndarray, scaled: np.ndarray, path: str) -> None:
        if not np.isfinite(numbers).all():
            raise ValueError(f'{path}: expected finite numbers, found NaN or infinity.')
        largest = np.finfo(np.float32).max
        if (np.abs(scaled) > largest).any():
            found = scaled[np.abs(scaled) > largest][0]
            raise ValueError(f'{path}: expected finite numbers, found {found:g}, beyond float32.')
        if not self.signed and (numbers < 0).any():
            raise ValueError(
                f'{path}: expected numbers >= 0 ({self.invalid:g} is invalid), '
                f'found {numbers.min()}; ScalarReader(invalid=..., invalid_values=..., '
                'signed=...) says what they mean.'
            )
        if (scaled.astype(np.float32) == np.float32(self.invalid)).any():
            raise ValueError(
                f'{path}: expected numbers other than {self.invalid:g}, which means invalid, after '
                'scaling; let the task have another `invalid`.'
            )
