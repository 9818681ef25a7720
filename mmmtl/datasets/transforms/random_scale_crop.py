from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from mmcv.transforms.base import BaseTransform
from mmseg.registry import TRANSFORMS

from mmmtl.datasets.transforms.maps import label_maps, zoom_labels
from mmmtl.geometry import resize_image, resize_map


@TRANSFORMS.register_module()
class RandomScaleCrop(BaseTransform):
    """Zooms in by a random factor: crops ``1 / scale`` of each side and resizes to the old size.

    Depths are divided by the scale, inverse depths and disparities multiplied (see *Zoom* in
    :mod:`mmmtl.geometry`). Recommended by the MTAN authors for NYUv2
    (https://github.com/lorenmt/mtan).

    Required keys:

    - img (np.ndarray)
    - the map keys of the tasks (optional)

    Modified keys:

    - img: bilinear
    - the map keys of the tasks: nearest pixels, depths in their unit

    Args:
        scales: The factors to draw from, each at least 1. Defaults to ``(1.0, 1.2, 1.5)``.
    """

    def __init__(self, scales: Sequence[float] = (1.0, 1.2, 1.5)) -> None:
        if not isinstance(scales, Sequence) or not scales or not all(s >= 1 for s in scales):
            raise ValueError(f'scales: expected factors of at least 1, found {scales!r}.')
        self.scales = tuple(scales)

    def transform(self, results: dict) -> dict:
        """Zooms into a sample.

        Args:
            results: The sample.

        Returns:
            The sample, of the same size.
        """
        scale = float(np.random.choice(self.scales))
        size = results['img'].shape[:2]
        height, width = (max(1, round(side / scale)) for side in size)
        top = np.random.randint(size[0] - height + 1)
        left = np.random.randint(size[1] - width + 1)
        if scale == 1:
            return results
        window = (slice(top, top + height), slice(left, left + width))
        results['img'] = resize_image(results['img'][window], size)
        for task in label_maps(results):
            results[task.map_key] = resize_map(results[task.map_key][window], size)
        zoom_labels(results, scale)
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(scales={self.scales})'
