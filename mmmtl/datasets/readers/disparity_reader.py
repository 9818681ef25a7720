from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.io import read_map
from mmmtl.datasets.readers.camera import read_camera
from mmmtl.datasets.readers.numbers import check_number
from mmmtl.datasets.stereo_camera import (
    CITYSCAPES_CAMERA,
    FROM_DISPARITY,
    KNOWS_INFINITY,
    StereoCamera,
)
from mmmtl.tasks import get_depth_unit

_LARGEST = 65535


@TASK_UTILS.register_module()
class DisparityReader:
    """Reads the 16-bit disparity files of CityScapes into any depth unit.

    A stored ``p`` means a disparity of ``(p - 1) / 256`` pixels, 0 means not measured. ``p = 1``, a
    disparity of 0, means infinitely far; of the valid pixels of CityScapes it is some 3 %. What
    becomes of these depends on the unit:

    ================= ========== =======================================================
    unit              ``p = 1``  because
    ================= ========== =======================================================
    ``mtan``          1 / 65535  it counts in the authors' sets, so in the published errors
    ``inverse_depth`` invalid    it would be 0
    ``disparity``     invalid    it would be 0
    ``depth``         invalid    it would be infinite
    ================= ========== =======================================================

    In ``mtan`` a ratio to such a label is huge: ``DepthErrorMetric(infinite=1 / 65535)`` reports
    the errors without these pixels as well.

    Args:
        depth_unit: Unit of the result, see :data:`mmmtl.tasks.DEPTH_UNITS`. Defaults to ``'mtan'``.
        invalid: Value of an invalid pixel of the result. Defaults to 0.

    Raises:
        ValueError: If there is no such unit, or ``invalid`` is no number.
    """

    def __init__(self, depth_unit: str = 'mtan', invalid: float = 0.0) -> None:
        get_depth_unit(depth_unit)
        check_number('invalid', invalid)
        self.unit = depth_unit
        self.invalid = invalid

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: 16-bit PNG of shape (H, W).
            info: Data info of the sample. Its ``camera_path``, where there is one, is a camera file
                of CityScapes with the baseline and focal length; else those of the CityScapes rig
                are taken.

        Returns:
            The values in the unit, float32 of shape (H, W), ``invalid`` where there is none.

        Raises:
            ValueError: If a file is broken or of another kind.
        """
        stored = read_map(path, info.get('backend_args'))
        if stored.ndim != 2 or stored.dtype.itemsize < 2 or stored.dtype.kind not in 'iu':
            raise ValueError(
                f'{path}: expected a 16-bit disparity of shape (H, W), '
                f'found {stored.dtype} of shape {stored.shape}.'
            )
        if stored.min() < 0 or stored.max() > _LARGEST:
            raise ValueError(
                f'{path}: expected disparities of 16 bits, from 0 to {_LARGEST}, '
                f'found {stored.min()} to {stored.max()}.'
            )
        return self._convert(stored, info)

    def _convert(self, stored: np.ndarray, info: Mapping[str, Any]) -> np.ndarray:
        values = np.full(stored.shape, self.invalid, dtype=np.float32)
        valid = stored >= 1 if self.unit in KNOWS_INFINITY else stored > 1
        disparity = (stored[valid].astype(np.float64) - 1) / 256
        values[valid] = FROM_DISPARITY[self.unit](disparity, _camera_of(info))
        return values


def _camera_of(info: Mapping[str, Any]) -> StereoCamera:
    path = info.get('camera_path')
    return CITYSCAPES_CAMERA if path is None else read_camera(path, info.get('backend_args'))
