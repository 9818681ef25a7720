"""What geometric transforms do to maps of every kind."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmtl.tasks import (
    NORMAL,
    ScalarTask,
    VectorTask,
)
from tests.utils.task_kinds import (
    ALBEDO,
    EDGE,
    FLOW,
    HEIGHT,
    INVERSE,
    KINDS,
    MARKED_FLOW,
    METRES,
    PARTS,
    SHIFT,
    as_tensor,
    random_map,
    valid_pixels,
)

DIRECTIONS = ('horizontal', 'vertical', 'diagonal')
SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9))
SEEDS = st.integers(0, 2**32 - 1)
EVERY_KIND = pytest.mark.parametrize('task', KINDS, ids=lambda task: task.name)


@settings(deadline=None, max_examples=60)
@given(task=st.sampled_from(KINDS), direction=st.sampled_from(DIRECTIONS), size=SIZES, seed=SEEDS)
def test_a_flip_is_its_own_inverse(task, direction, size, seed):
    label = random_map(task, size, seed)
    once = task.flip_map(label, direction)
    assert once.dtype == label.dtype
    np.testing.assert_array_equal(task.flip_map(once, direction), label)
    axes = dict(horizontal=(1,), vertical=(0,), diagonal=(0, 1))[direction]
    assert np.array_equal(valid_pixels(task, once), np.flip(valid_pixels(task, label), axes))


@EVERY_KIND
@pytest.mark.parametrize('direction', DIRECTIONS)
def test_labels_and_predictions_are_flipped_alike(task, direction):
    label = np.nan_to_num(random_map(task, (4, 5)), nan=1.0)
    label[label == -1] = 1
    flipped = task.flip(as_tensor(label), direction)
    assert torch.equal(flipped, as_tensor(task.flip_map(label, direction)))


def test_flips_by_hand():
    def flip(task, *pixels, direction='horizontal'):
        return task.flip_map(np.array([pixels], np.float32), direction)[0].tolist()

    assert flip(PARTS, 0, 2) == flip(EDGE, 0, 2) == flip(HEIGHT, 0, 2) == flip(METRES, 0, 2)
    assert flip(METRES, 0, 2) == [2, 0]
    assert flip(NORMAL, [1, 2, 3], [4, 5, 6]) == [[-4, 5, 6], [-1, 2, 3]]
    assert flip(ALBEDO, [1, 2, 3], [4, 5, 6]) == [[4, 5, 6], [1, 2, 3]]
    assert flip(FLOW, [1, 2], [4, 5]) == [[-4, 5], [-1, 2]]
    assert flip(FLOW, [1, 2], [4, 5], direction='vertical') == [[1, -2], [4, -5]]
    assert flip(FLOW, [1, 2], [4, 5], direction='diagonal') == [[-4, -5], [-1, -2]]
    assert flip(MARKED_FLOW, [-1, -1, -1], [4, 5, 6]) == [[-4, 5, 6], [-1, -1, -1]]


@pytest.mark.parametrize('direction', DIRECTIONS)
def test_zeros_of_mirrored_vectors_keep_the_bits_of_a_product(direction):
    vectors = np.array([[[0, 0, 0], [0, 1, 0], [-0.0, 0, -0.0]]], np.float32)
    signs = dict(horizontal=(-1, 1, 1), vertical=(1, -1, 1), diagonal=(-1, -1, 1))[direction]
    expected = vectors * np.array(signs, np.float32)
    expected[0, [0, 2]] = vectors[0, [0, 2]]  # without a label
    if direction != 'vertical':
        expected = expected[:, ::-1]
    found = NORMAL.flip_map(vectors, direction)
    assert found.tobytes() == expected.tobytes()


@settings(deadline=None, max_examples=60)
@given(task=st.sampled_from(KINDS), factor=st.floats(0.1, 10), seed=SEEDS)
def test_a_zoom_back_is_the_inverse_and_keeps_what_is_invalid(task, factor, seed):
    label = random_map(task, (3, 4), seed)
    there = task.zoom_values(label, factor)
    assert there.dtype == label.dtype
    assert np.array_equal(valid_pixels(task, there), valid_pixels(task, label))
    np.testing.assert_allclose(task.zoom_values(there, 1 / factor), label, rtol=1e-5)


def test_zooms_by_hand():
    values = np.array([[0, 1, 8]], np.float32)
    assert METRES.zoom_values(values, 2).tolist() == [[0, 0.5, 4]]
    assert INVERSE.zoom_values(values, 2).tolist() == [[0, 2, 16]]
    assert SHIFT.zoom_values(values, 2).tolist() == [[0, 2, 16]]
    for task in (PARTS, EDGE, HEIGHT, NORMAL, ALBEDO):
        assert task.zoom_values(values, 2) is values
        assert not task.changes_with_zoom
    for task in (METRES, INVERSE, SHIFT, FLOW, MARKED_FLOW):
        assert task.changes_with_zoom
    flow = np.array([[[1, -2], [3, np.nan]]], np.float32)
    np.testing.assert_array_equal(FLOW.zoom_values(flow, 2), [[[2, -4], [6, np.nan]]])
    # The third number is none along the image; -1 in one channel alone is a number.
    flow = np.array([[[1, -1, 3], [-1, -1, -1]]], np.float32)
    assert MARKED_FLOW.zoom_values(flow, 3).tolist() == [[[3, -3, 3], [-1, -1, -1]]]


@pytest.mark.parametrize('invalid', [0, 3, -1, 1e4, float('nan')])
def test_a_pixel_without_a_label_stays_one_whatever_its_number_is(invalid):
    scalar = ScalarTask(name='near', unit='disparity', invalid=invalid)
    flow = VectorTask(name='flow', channels=2, along_image=True, invalid=invalid)
    for task in (scalar, flow):
        empty = task.empty_map((3, 3))
        np.testing.assert_array_equal(task.zoom_values(empty, 2.5), empty)
        np.testing.assert_array_equal(task.flip_map(empty, 'diagonal'), empty)
        np.testing.assert_array_equal(task.rotate_map(empty, 33), empty)


@settings(deadline=None, max_examples=40)
@given(task=st.sampled_from(KINDS), quarters=st.integers(-4, 4), size=SIZES, seed=SEEDS)
def test_a_quarter_turn_moves_whole_pixels(task, quarters, size, seed):
    label = random_map(task, size, seed)
    turned = task.rotate_map(label, 90.0 * quarters, auto_bound=True)
    expected = np.rot90(label, -quarters).copy()  # clockwise
    assert turned.dtype == label.dtype
    if task.follows_image_axes:
        labelled = np.rot90(valid_pixels(task, label), -quarters)
        x, y, *others = np.moveaxis(expected, -1, 0)
        for _ in range(quarters % 4):
            x, y = -y, x  # what pointed to the right points down
        expected[labelled] = np.stack([x, y, *others], axis=-1)[labelled]
    np.testing.assert_allclose(turned, expected, atol=1e-6)


@settings(deadline=None, max_examples=40)
@given(task=st.sampled_from(KINDS), angle=st.floats(-180, 180), seed=SEEDS)
def test_a_turn_keeps_numbers_and_lengths(task, angle, seed):
    label = random_map(task, (8, 6), seed)
    turned = task.rotate_map(label, angle, auto_bound=True)
    valid = valid_pixels(task, turned)
    if label.ndim == 2:
        assert np.isin(turned[valid], label).all()
    else:
        lengths = np.linalg.norm(label[valid_pixels(task, label)], axis=-1)
        for length in np.linalg.norm(turned[valid], axis=-1):
            assert np.abs(lengths - length).min() < 1e-5


def test_outside_of_a_turned_map_is_no_label():
    for task in KINDS:
        label = np.ones_like(task.empty_map((4, 10)))
        turned = task.rotate_map(label, 90)
        seen = [False] * 3 + [True] * 4 + [False] * 3
        assert valid_pixels(task, turned).tolist() == [seen] * 4, task.name
