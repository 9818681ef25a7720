from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.readers.disparity_reader import DisparityReader
from mmmtl.datasets.readers.scalar_reader import ScalarReader

_STORED_UNIT = 'mtan'


@TASK_UTILS.register_module()
class PreprocessedInverseDepthReader(DisparityReader):
    """Reads the inverse depth of the MTAN authors' pre-processed CityScapes into any depth unit.

    Their values are ``p / 65535`` of the disparity files, 0 where not measured.
    """

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: ``.npy`` file of shape (H, W, 1) with values in [0, 1].
            info: Data info of the sample.

        Returns:
            The values in the unit, float32 of shape (H, W), ``invalid`` where there is none.

        Raises:
            ValueError: If the file is broken, or holds NaN or a value outside of [0, 1].
        """
        values = ScalarReader()(path, info)
        if values.max() > 1:
            raise ValueError(
                f'{path}: expected inverse depths p / 65535 in [0, 1], found {values.max()}.'
            )
        if self.unit == _STORED_UNIT:
            return np.where(values == 0, np.float32(self.invalid), values)
        return self._convert(np.rint(values.astype(np.float64) * 65535), info)
