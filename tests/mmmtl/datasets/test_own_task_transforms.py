"""Labels of tasks that the package does not know move with their images."""

import numpy as np
import pytest

from mmmtl.tasks import build_tasks
from tests.utils.errors import error_of
from tests.utils.own_labels import NAN, TASKS, assert_same, dataset, labels_of, maps


def changed(change, index=0):
    return {name: change(label) for name, label in maps(index).items()}


@pytest.mark.parametrize(
    ('direction', 'axes', 'signs'),
    [
        ('horizontal', (1,), [-1, 1]),
        ('vertical', (0,), [1, -1]),
        ('diagonal', (0, 1), [-1, -1]),
    ],
)
def test_a_flip(own_root, direction, axes, signs):
    data = dataset(own_root, dict(type='MultiTaskRandomFlip', prob=1.0, direction=direction))
    expected = changed(lambda label: np.flip(label, axes))
    expected['flow'] = expected['flow'] * signs
    assert_same(labels_of(data[0]), expected)


def test_a_roll(own_root):
    roll = dict(type='MultiTaskRandomRotate', prob=1.0, degree=(90, 90), auto_bound=True)
    expected = changed(lambda label: np.rot90(label, -1))
    x, y = np.moveaxis(expected['flow'], -1, 0)
    expected['flow'] = np.stack([-y, x], axis=-1)
    assert_same(labels_of(dataset(own_root, roll)[0]), expected)


def test_outside_of_a_turned_image_there_is_no_label(own_root):
    found = labels_of(
        dataset(own_root, dict(type='MultiTaskRandomRotate', prob=1, degree=(90, 90)))[0]
    )
    for name, task in build_tasks(TASKS).items():
        outside = np.full_like(found[name][:, [0, -1]], task.fill)
        np.testing.assert_array_equal(found[name][:, [0, -1]], outside, err_msg=name)
        valid = ~np.isnan(found[name]) & (found[name] != 255)
        assert valid[:, 1:-1].any(), name


def test_a_zoom(own_root):
    np.random.seed(0)
    data = dataset(own_root, dict(type='RandomScaleCrop', scales=[2.0]))
    found = labels_of(data[1])
    np.random.seed(0)
    np.random.choice([2.0])
    top, left = np.random.randint(3), np.random.randint(4)
    expected = changed(
        lambda label: label[top : top + 2, left : left + 3].repeat(2, axis=0).repeat(2, axis=1), 1
    )
    expected['flow'] = expected['flow'] * 2
    assert_same(found, expected)


def test_mmseg_s_resize_and_crop(own_root):
    resize = dict(type='Resize', scale=(12, 8), keep_ratio=False)
    expected = changed(lambda label: label.repeat(2, axis=0).repeat(2, axis=1))
    assert_same(labels_of(dataset(own_root, resize)[0]), expected)
    found = labels_of(dataset(own_root, dict(type='RandomCrop', crop_size=(2, 3)))[0])
    windows = [
        (slice(top, top + 2), slice(left, left + 3)) for top in range(3) for left in range(4)
    ]
    (window,) = (
        window for window in windows if np.array_equal(maps(0)['albedo'][window], found['albedo'])
    )
    assert_same(found, changed(lambda label: label[window]))


def test_padding_has_no_label(own_root):
    found = labels_of(dataset(own_root, dict(type='MultiTaskPad', size=(8, 5)))[0])
    fills = dict(parts=255, stuff=255, edge=255, albedo=NAN, flow=NAN)
    for name, label in maps(0).items():
        np.testing.assert_allclose(found[name][:4, :6], label, atol=1e-6)
        for part in (found[name][4:], found[name][:, 6:]):
            np.testing.assert_array_equal(part, np.full_like(part, fills[name]))


def test_holes_have_no_label(own_root):
    holes = dict(type='MultiTaskRandomCutOut', prob=1.0, n_holes=1, cutout_shape=(3, 2))
    np.random.seed(3)
    found = labels_of(dataset(own_root, holes)[0])
    hole = found['albedo'][..., 0] != found['albedo'][..., 0]
    assert 0 < hole.sum() < hole.size
    expected = maps(0)
    for name, fill in dict(parts=255, stuff=255, edge=255, albedo=NAN, flow=NAN).items():
        expected[name][hole] = fill
    assert_same(found, expected)


@pytest.mark.parametrize(
    ('transform', 'named'),
    [
        (dict(type='RandomFlip', prob=0.5), 'flow'),
        (dict(type='RandomRotate', prob=0.5, degree=9), 'edge, albedo, flow'),
        (dict(type='RandomResize', scale=(12, 8), ratio_range=(0.5, 2)), 'flow'),
        (dict(type='PackSegInputs'), 'parts, stuff, edge, albedo, flow'),
    ],
)
def test_transforms_that_would_corrupt_labels_are_refused(own_root, transform, named):
    message = error_of(dataset, own_root, transform)
    assert f'cannot be used with labels of {named}: it' in message
