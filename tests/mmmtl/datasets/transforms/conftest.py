import numpy as np
import pytest


@pytest.fixture
def make_sample():
    """Makes a loaded sample; its class ids are the numbers of the pixels."""

    def make(height=8, width=12, depth_unit='depth'):
        rng = np.random.default_rng(0)
        normal = rng.normal(size=(height, width, 3)).astype(np.float32)
        normal /= np.linalg.norm(normal, axis=2, keepdims=True)
        return dict(
            img=rng.integers(1, 256, (height, width, 3), dtype=np.uint8),
            img_shape=(height, width),
            ori_shape=(height, width),
            gt_seg_map=np.arange(height * width, dtype=np.int32).reshape(height, width),
            gt_depth_map=rng.random((height, width), dtype=np.float32) + 1,
            gt_normal_map=normal,
            seg_fields=['gt_seg_map', 'gt_depth_map', 'gt_normal_map'],
            depth_unit=depth_unit,
        )

    return make
