import numpy as np
import pytest
from mmseg.registry import TRANSFORMS

from mmmtl.datasets.transforms import MultiTaskRandomFlip, RandomScaleCrop, ReduceResolution
from mmmtl.geometry import resize_map


def sample(height=4, width=6, depth_unit='depth'):
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


MAPS = ('gt_seg_map', 'gt_depth_map', 'gt_normal_map')


def test_a_flip_mirrors_the_normals():
    before, after = sample(), MultiTaskRandomFlip(prob=1.0)(sample())
    assert after['flip']
    assert after['flip_direction'] == 'horizontal'
    for key in ('img', 'gt_seg_map', 'gt_depth_map'):
        assert np.array_equal(after[key], before[key][:, ::-1])
    assert np.array_equal(after['gt_normal_map'], before['gt_normal_map'][:, ::-1] * [-1, 1, 1])


@pytest.mark.parametrize('direction', ['horizontal', 'vertical', 'diagonal'])
def test_a_flip_is_its_own_inverse(direction):
    flip = MultiTaskRandomFlip(prob=1.0, direction=direction)
    once, twice = flip(sample()), flip(flip(sample()))
    for key in ('img', *MAPS):
        assert np.array_equal(twice[key], sample()[key])
        assert not np.array_equal(once[key], sample()[key])
        assert once[key].dtype == sample()[key].dtype


def test_swapped_classes_leave_the_other_maps_alone():
    flip = MultiTaskRandomFlip(prob=1.0, swap_seg_labels=[(0, 1)])
    results = {**sample(), 'gt_seg_map': np.array([[0, 1, 2]], np.uint8)}
    results.update(img=np.zeros((1, 3, 3), np.uint8), gt_normal_map=None)
    results['gt_depth_map'] = np.array([[0, 1, 2]], np.float32)
    flipped = flip(results)
    assert flipped['gt_seg_map'].tolist() == [[2, 0, 1]]
    assert flipped['gt_depth_map'].tolist() == [[2, 1, 0]]


@pytest.mark.parametrize(
    ('unit', 'factor'), [('depth', 1 / 2), ('mtan', 2), ('inverse_depth', 2), ('disparity', 2)]
)
def test_a_zoom_brings_the_scene_nearer(unit, factor):
    np.random.seed(3)
    before = sample(8, 12, unit)
    after = RandomScaleCrop(scales=[2.0])(sample(8, 12, unit))
    for key in ('img', *MAPS):
        assert after[key].shape == before[key].shape
        assert after[key].dtype == before[key].dtype
    # Each pixel of the crop has become 2 x 2 pixels; find the crop by its ids.
    ids = after['gt_seg_map'][::2, ::2]
    corners = [
        (top, left)
        for top in range(5)
        for left in range(7)
        if np.array_equal(before['gt_seg_map'][top : top + 4, left : left + 6], ids)
    ]
    assert len(corners) == 1
    top, left = corners[0]
    window = (slice(top, top + 4), slice(left, left + 6))
    for key, scale in (('gt_depth_map', factor), ('gt_normal_map', 1)):
        enlarged = before[key][window].repeat(2, axis=0).repeat(2, axis=1)
        assert after[key] == pytest.approx(enlarged * scale)


def test_a_zoom_keeps_invalid_pixels_invalid():
    results = sample(16, 16)
    hole = results['gt_seg_map'] == 3
    results['gt_depth_map'][hole] = 0
    results['gt_normal_map'][hole] = 0
    zoomed = RandomScaleCrop(scales=[1.5])(results)
    hole = zoomed['gt_seg_map'] == 3
    assert hole.any()
    assert np.array_equal(zoomed['gt_depth_map'] == 0, hole)
    assert np.array_equal(np.linalg.norm(zoomed['gt_normal_map'], axis=2) == 0, hole)


def test_a_scale_of_1_changes_nothing():
    after = RandomScaleCrop(scales=[1.0])(sample())
    for key in ('img', *MAPS):
        assert np.array_equal(after[key], sample()[key])


def test_reducing_sets_the_size_that_is_evaluated():
    reduced = ReduceResolution(size=(2, 3))(sample())
    assert reduced['ori_shape'] == reduced['img_shape'] == (2, 3)
    for key in ('img', *MAPS):
        assert reduced[key].shape[:2] == (2, 3)
    blocks = sample()['img'].reshape(2, 2, 3, 2, 3).mean(axis=(1, 3))
    assert np.abs(reduced['img'] - blocks).max() <= 0.5  # the mean of the pixels' area
    assert np.array_equal(reduced['gt_depth_map'], resize_map(sample()['gt_depth_map'], (2, 3)))
    same = sample()
    assert ReduceResolution(size=(4, 6))(same)['img'] is same['img']


def test_mmseg_s_own_resize_and_crop_keep_depths_right():
    # A resize of the whole image is no zoom: nothing gets nearer.
    resize = TRANSFORMS.build(dict(type='mmseg.Resize', scale=(12, 8), keep_ratio=False))
    resized = resize(sample())
    for key in MAPS:
        doubled = sample()[key].repeat(2, axis=0).repeat(2, axis=1)
        assert np.array_equal(resized[key], doubled)
    np.random.seed(0)
    crop = TRANSFORMS.build(dict(type='mmseg.RandomCrop', crop_size=(2, 2)))
    cropped = crop(sample())
    for key in MAPS:
        assert cropped[key].shape[:2] == (2, 2)
    distort = TRANSFORMS.build(dict(type='mmseg.PhotoMetricDistortion'))
    distorted = distort(sample())
    for key in MAPS:
        assert np.array_equal(distorted[key], sample()[key])


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match=r'scales: expected factors of at least 1, found \[0.5\]'):
        RandomScaleCrop(scales=[0.5])
    with pytest.raises(ValueError, match=r'size: expected \(height, width\)'):
        ReduceResolution(size=(0, 3))
