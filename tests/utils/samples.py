"""Samples as the transforms of this package get them."""

from __future__ import annotations

import numpy as np

MAPS = ('gt_seg_map', 'gt_depth_map', 'gt_normal_map')
"""Keys of the label maps of a sample."""


def random_sample(height: int = 4, width: int = 6, depth_unit: str = 'depth') -> dict:
    """Makes a loaded sample of three tasks, the same one at every call; all pixels are valid."""
    rng = np.random.default_rng(0)
    normal = rng.normal(size=(height, width, 3)).astype(np.float32)
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    return dict(
        img=rng.integers(0, 256, (height, width, 3), dtype=np.uint8),
        img_shape=(height, width),
        ori_shape=(height, width),
        gt_seg_map=rng.integers(0, 7, (height, width), dtype=np.uint8),
        gt_depth_map=rng.random((height, width), dtype=np.float32) + 1,
        gt_normal_map=normal,
        seg_fields=['gt_seg_map', 'gt_depth_map', 'gt_normal_map'],
        depth_unit=depth_unit,
    )
