import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmtl.geometry import (
    flip_pixels,
    mirror_signs,
    pad_map,
    resize_image,
    resize_map,
    rotate_pixels,
    turn_components,
    unit_vectors,
)
from mmmtl.tasks import DEPTH, NORMAL, SEG
from mmmtl_scenes import mirror, render, sample_street
from tests.utils.task_kinds import random_map

DIRECTIONS = ('horizontal', 'vertical', 'diagonal')
SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9))
SEEDS = st.integers(0, 2**32 - 1)
CHANNELS = st.sampled_from([(), (2,), (3,), (4,), (6,)])


def random_pixels(size, channels, seed, dtype=np.float32):
    return (np.random.default_rng(seed).random((*size, *channels)) * 200).astype(dtype)


def assert_unit_or_zero(normals):
    length = np.linalg.norm(normals, axis=-1)
    assert np.all((np.abs(length - 1) < 1e-5) | (length == 0))


@settings(deadline=None, max_examples=30)
@given(
    channels=CHANNELS,
    dtype=st.sampled_from([np.uint8, np.int64, np.float32]),
    direction=st.sampled_from(DIRECTIONS),
    size=SIZES,
    seed=SEEDS,
)
def test_a_flip_of_pixels_is_its_own_inverse(channels, dtype, direction, size, seed):
    values = random_pixels(size, channels, seed, dtype)
    once = flip_pixels(values, direction)
    assert once.dtype == values.dtype
    assert once.flags.c_contiguous  # torch takes no array with negative strides
    assert np.array_equal(flip_pixels(once, direction), values)


@settings(deadline=None, max_examples=60)
@given(
    channels=st.sampled_from([(), (1,), (3,), (5,), (65,), (129,)]),
    dtype=st.sampled_from([np.uint8, np.int64, np.float16, np.float32, np.float64, bool]),
    direction=st.sampled_from(DIRECTIONS),
    size=SIZES,
    new=SIZES,
    seed=SEEDS,
)
def test_pixels_move_as_with_plain_numpy(channels, dtype, direction, size, new, seed):
    values = random_pixels((size[0], 2 * size[1]), channels, seed, dtype)[:, ::2]  # with gaps
    rows, columns = slice(None, None, -1), slice(None, None, -1)
    window = dict(horizontal=(slice(None), columns), vertical=(rows,), diagonal=(rows, columns))
    np.testing.assert_array_equal(flip_pixels(values, direction), values[window[direction]])
    below = [[int((i + 0.5) * old / n) for i in range(n)] for n, old in zip(new, size, strict=True)]
    expected = values[np.array(below[0])[:, None], np.array(below[1])]
    np.testing.assert_array_equal(resize_map(values, new), expected)


def test_a_flip_by_hand():
    depth = np.array([[1, 2], [3, 4]], np.float32)
    assert flip_pixels(depth, 'horizontal').tolist() == [[2, 1], [4, 3]]
    assert flip_pixels(depth, 'vertical').tolist() == [[3, 4], [1, 2]]
    assert flip_pixels(depth, 'diagonal').tolist() == [[4, 3], [2, 1]]
    color = np.array([[[1, 2, 3], [4, 5, 6]]])
    assert flip_pixels(color, 'horizontal').tolist() == [[[4, 5, 6], [1, 2, 3]]]


def test_only_x_and_y_of_a_vector_are_mirrored():
    assert mirror_signs('horizontal', 2) == (-1, 1)
    assert mirror_signs('vertical', 3) == (1, -1, 1)
    assert mirror_signs('diagonal', 5) == (-1, -1, 1, 1, 1)


@pytest.mark.parametrize('seed', [1, 2])
def test_the_labels_of_a_mirrored_scene_are_the_flipped_ones(seed):
    scene = sample_street(seed)
    street, mirrored = render(scene, (48, 96)), render(mirror(scene), (48, 96))
    for name, task in (('label_ids', SEG), ('depth', DEPTH), ('disparity', DEPTH)):
        flipped = task.flip_map(getattr(street, name), 'horizontal')
        np.testing.assert_array_equal(flipped, getattr(mirrored, name))
    normal = NORMAL.flip_map(street.normal, 'horizontal')
    np.testing.assert_allclose(normal, mirrored.normal, atol=1e-6)
    moved_only = np.abs(street.normal[:, ::-1] - mirrored.normal).max(axis=-1)
    assert (moved_only > 0.1).mean() > 0.05  # the sign is not for nothing


@settings(deadline=None, max_examples=40)
@given(channels=CHANNELS, quarters=st.integers(-4, 4), size=SIZES, seed=SEEDS)
def test_a_quarter_turn_moves_whole_pixels(channels, quarters, size, seed):
    values = random_pixels(size, channels, seed)
    turned = rotate_pixels(values, 90.0 * quarters, fill=77, auto_bound=True)
    assert turned.dtype == values.dtype
    assert np.array_equal(turned, np.rot90(values, -quarters))  # clockwise


@settings(deadline=None, max_examples=30)
@given(angle=st.floats(-180, 180), seed=SEEDS, auto_bound=st.booleans())
def test_a_turn_mixes_no_pixels(angle, seed, auto_bound):
    values = random_pixels((8, 6), (), seed)
    turned = rotate_pixels(values, angle, 0, auto_bound=auto_bound)
    assert np.isin(turned, [*values.ravel(), 0]).all()
    ids = random_pixels((8, 6), (), seed, np.uint8)
    turned = rotate_pixels(ids, angle, 255, auto_bound=auto_bound)
    assert np.isin(turned, [*ids.ravel(), 255]).all()


def test_a_turn_is_clockwise_as_seen():
    ids = np.zeros((21, 21), np.uint8)
    ids[10, 18] = 1  # to the right of the centre
    rows, columns = np.nonzero(rotate_pixels(ids, 30, 0))
    assert rows.mean() == pytest.approx(10 + 8 * np.sin(np.pi / 6), abs=0.6)  # down
    assert columns.mean() == pytest.approx(10 + 8 * np.cos(np.pi / 6), abs=0.6)


def test_components_turn_clockwise_as_seen():
    right = np.array([[[1, 0, 5, 6]]], np.float32)
    turned = turn_components(right, 30)
    assert turned.dtype == right.dtype
    expected = [[[np.cos(np.pi / 6), np.sin(np.pi / 6), 5, 6]]]  # the others stay
    np.testing.assert_allclose(turned, expected, atol=1e-6)


def test_a_turned_plane_has_the_turned_normal():
    # Depth of a plane, its roll, and the normal of the rolled depth by differences.
    height, width, focal = 61, 61, 50.0
    rows, columns = np.mgrid[:height, :width].astype(np.float64)
    rays = np.stack([(columns - 30) / focal, (rows - 30) / focal, np.ones_like(rows)], axis=-1)
    normal = np.array([0.36, 0.48, -0.8])
    depth = -2 / (rays @ normal)
    turned = DEPTH.rotate_map(depth, 90)
    points = turned[..., None] * rays
    found = np.cross(points[31, 30] - points[29, 30], points[30, 31] - points[30, 29])
    maps = np.tile(normal.astype(np.float32), (height, width, 1))
    expected = NORMAL.rotate_map(maps, 90)[30, 30]
    np.testing.assert_allclose(found / np.linalg.norm(found), expected, atol=1e-6)


@pytest.mark.parametrize('channels', [3, 4, 6])
@pytest.mark.parametrize('fill', [9, np.nan])
def test_what_was_outside_is_filled_in_every_channel(channels, fill):
    values = np.full((4, 10, channels), 0.5, np.float32)
    corner = rotate_pixels(values, 90, fill=fill)[0, 0]
    np.testing.assert_array_equal(corner, [fill] * channels)


def test_padding_is_below_and_to_the_right():
    assert pad_map(np.array([[1, 2]]), (2, 3), 9).tolist() == [[1, 2, 9], [9, 9, 9]]
    normal = random_map(NORMAL, (2, 3))
    padded = pad_map(normal, (4, 3), 0)
    assert padded.dtype == normal.dtype
    assert np.array_equal(padded[:2], normal)
    assert np.array_equal(padded[2:], np.zeros((2, 3, 3)))


def test_labels_are_resized_by_the_pixels_below_the_centres():
    label = np.arange(24).reshape(4, 6)
    assert resize_map(label, (2, 3)).tolist() == [[7, 9, 11], [19, 21, 23]]
    assert resize_map(label, (4, 6)).tolist() == label.tolist()
    assert resize_map(np.array([[1, 2]]), (2, 4)).tolist() == [[1, 1, 2, 2]] * 2


def test_images_are_resized_by_area_or_bilinearly():
    image = np.zeros((2, 4, 3), np.uint8)
    image[:, 2:] = 100
    assert resize_image(image, (1, 2))[0, :, 0].tolist() == [0, 100]
    assert resize_image(image[:, 1:3], (2, 4))[0, :, 0].tolist() == [0, 25, 75, 100]


@settings(deadline=None, max_examples=30)
@given(size=SIZES, new=SIZES, seed=SEEDS)
def test_resized_directions_are_unit_or_zero(size, new, seed):
    assert_unit_or_zero(resize_map(random_map(NORMAL, size, seed), new))


@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_unit_vectors_are_those_of_torch(dtype):
    vectors = torch.randn(3, 5, 7, generator=torch.Generator().manual_seed(0)).to(dtype)
    vectors[:, 0, 0] = 0
    found = unit_vectors(vectors, dim=0)
    assert found.dtype == (torch.float64 if dtype == torch.float64 else torch.float32)
    torch.testing.assert_close(found, torch.nn.functional.normalize(vectors.to(found.dtype), dim=0))


def test_vectors_that_are_too_short_have_a_bounded_gradient():
    vectors = torch.tensor([[0.0, 0, 0], [3e-3, 0, -4e-3], [0.3, 0.4, 0.5]], dtype=torch.float64)
    found = unit_vectors(vectors, dim=1, shortest=0.01)
    torch.testing.assert_close(found[:2], 100 * vectors[:2])
    assert found[2].norm().item() == pytest.approx(1)
    torch.autograd.gradcheck(
        lambda v: unit_vectors(v, dim=1, shortest=0.01), (vectors.requires_grad_(),)
    )
