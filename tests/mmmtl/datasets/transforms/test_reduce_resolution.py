import numpy as np
import pytest

from mmmtl.datasets.transforms import ReduceResolution
from mmmtl.geometry import resize_map
from tests.utils.samples import MAPS, random_sample


def test_reducing_sets_the_size_that_is_evaluated():
    reduced = ReduceResolution(size=(2, 3))(random_sample())
    assert reduced['ori_shape'] == reduced['img_shape'] == (2, 3)
    for key in ('img', *MAPS):
        assert reduced[key].shape[:2] == (2, 3)
    blocks = random_sample()['img'].reshape(2, 2, 3, 2, 3).mean(axis=(1, 3))
    assert np.abs(reduced['img'] - blocks).max() <= 0.5  # the mean of the pixels' area
    depth = resize_map(random_sample()['gt_depth_map'], (2, 3))
    assert np.array_equal(reduced['gt_depth_map'], depth)
    same = random_sample()
    assert ReduceResolution(size=(4, 6))(same)['img'] is same['img']


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match=r'size: expected \(height, width\)'):
        ReduceResolution(size=(0, 3))
