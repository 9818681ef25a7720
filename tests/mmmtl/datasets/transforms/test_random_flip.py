import numpy as np
import pytest

from mmmtl.datasets.transforms import MultiTaskRandomFlip
from tests.utils.samples import MAPS, random_sample


def test_a_flip_mirrors_the_normals():
    before, after = random_sample(), MultiTaskRandomFlip(prob=1.0)(random_sample())
    assert after['flip']
    assert after['flip_direction'] == 'horizontal'
    for key in ('img', 'gt_seg_map', 'gt_depth_map'):
        assert np.array_equal(after[key], before[key][:, ::-1])
    assert np.array_equal(after['gt_normal_map'], before['gt_normal_map'][:, ::-1] * [-1, 1, 1])


@pytest.mark.parametrize('direction', ['horizontal', 'vertical', 'diagonal'])
def test_a_flip_is_its_own_inverse(direction):
    flip = MultiTaskRandomFlip(prob=1.0, direction=direction)
    once, twice = flip(random_sample()), flip(flip(random_sample()))
    for key in ('img', *MAPS):
        assert np.array_equal(twice[key], random_sample()[key])
        assert not np.array_equal(once[key], random_sample()[key])
        assert once[key].dtype == random_sample()[key].dtype


def test_swapped_classes_leave_the_other_maps_alone():
    flip = MultiTaskRandomFlip(prob=1.0, swap_seg_labels=[(0, 1)])
    results = {**random_sample(), 'gt_seg_map': np.array([[0, 1, 2]], np.uint8)}
    results.update(img=np.zeros((1, 3, 3), np.uint8), gt_normal_map=None)
    results['gt_depth_map'] = np.array([[0, 1, 2]], np.float32)
    flipped = flip(results)
    assert flipped['gt_seg_map'].tolist() == [[2, 0, 1]]
    assert flipped['gt_depth_map'].tolist() == [[2, 1, 0]]
