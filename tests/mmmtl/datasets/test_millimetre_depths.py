"""16-bit depths in millimetres of a real camera, from the config alone."""

import cv2
import numpy as np
import pytest

from mmmtl.datasets import MultiTaskDataset
from tests.utils.paths import SHARED_DATA

ROOT = SHARED_DATA / 'hololens_mini'


@pytest.mark.skipif(not ROOT.is_dir(), reason=f'no real depths: {ROOT} is not there')
def test_real_depths_come_in_metres():
    data = MultiTaskDataset(
        tasks=['depth'],
        data_root=str(ROOT),
        data_prefix=dict(img_path='images/val', depth_map_path='depth/val'),
        label_suffix=dict(depth='.png'),
        label_readers=dict(depth=dict(type='ScalarReader', scale=0.001, max_value=4.0)),
        pipeline=[
            dict(type='LoadMultiTaskImage'),
            dict(type='LoadMultiTaskAnnotations'),
            dict(type='PackMultiTaskInputs'),
        ],
    )
    assert len(data) == 42
    sample = data[0]['data_samples']
    stored = cv2.imread(sample.depth_map_path, cv2.IMREAD_UNCHANGED)
    expected = np.where(stored <= 4000, stored, 0) / 1000
    np.testing.assert_allclose(sample.gt_depth_map.data[0], expected, rtol=1e-6)
    assert 0.3 < (expected > 0).mean() < 1
