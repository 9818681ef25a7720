import numpy as np
import pytest
from mmseg.registry import TRANSFORMS

from mmmtl.datasets.transforms import MultiTaskRandomRotate


def test_a_quarter_turn(make_sample):
    rotate = MultiTaskRandomRotate(prob=1.0, degree=(90, 90), auto_bound=True)
    before, after = make_sample(), rotate(make_sample())
    assert after['img_shape'] == (12, 8)
    for key in ('img', 'gt_seg_map', 'gt_depth_map'):
        assert np.array_equal(after[key], np.rot90(before[key], -1))
        assert after[key].dtype == before[key].dtype
    x, y, z = np.moveaxis(np.rot90(before['gt_normal_map'], -1), -1, 0)
    np.testing.assert_allclose(after['gt_normal_map'], np.stack([-y, x, z], -1), atol=1e-6)


def test_outside_every_task_is_invalid(make_sample):
    np.random.seed(0)
    turned = MultiTaskRandomRotate(prob=1.0, degree=(30, 40), pad_val=7)(make_sample(40, 40))
    outside = turned['gt_depth_map'] == 0
    assert 0.05 < outside.mean() < 0.5
    assert np.all(turned['gt_seg_map'][outside] == 255)
    length = np.linalg.norm(turned['gt_normal_map'], axis=-1)
    np.testing.assert_allclose(length, np.where(outside, 0, 1), atol=1e-6)
    assert turned['img'][0, 0].tolist() == [7, 7, 7]


def test_image_and_random_numbers_are_those_of_mmseg(make_sample):
    settings = dict(prob=0.5, degree=20, center=(3, 4))
    theirs = TRANSFORMS.build(dict(type='mmseg.RandomRotate', **settings))
    ours = MultiTaskRandomRotate(**settings)
    turns = 0
    for seed in range(8):
        np.random.seed(seed)
        expected = theirs(make_sample())
        np.random.seed(seed)
        found = ours(make_sample())
        for key in ('img', 'gt_seg_map'):
            assert np.array_equal(found[key], expected[key])
        turns += not np.array_equal(found['img'], make_sample()['img'])
    assert 0 < turns < 8


def test_a_sample_without_labels(make_sample):
    image = make_sample()['img']
    assert MultiTaskRandomRotate(prob=1.0, degree=(180, 180))(dict(img=image))[
        'img'
    ] == pytest.approx(image[::-1, ::-1])
