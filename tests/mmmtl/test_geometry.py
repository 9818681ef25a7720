import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmtl.geometry import (
    MapKind,
    flip_map,
    pad_map,
    resize_image,
    resize_map,
    rotate_map,
    unit_vectors,
    zoom_values,
)
from mmmtl.tasks import DEPTH, NORMAL
from mmmtl_scenes import mirror, render, sample_street

DIRECTIONS = ('horizontal', 'vertical', 'diagonal')
SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9))
SEEDS = st.integers(0, 2**32 - 1)


def random_map(kind, size, seed):
    """A map with holes, of the type that the loaders give."""
    rng = np.random.default_rng(seed)
    hole = rng.random(size) < 0.3
    if kind in (MapKind.IMAGE, MapKind.CLASSES):
        channels = (3,) if kind is MapKind.IMAGE else ()
        return rng.integers(0, 256, (*size, *channels), dtype=np.uint8)
    values = rng.random((*size, 3) if kind is MapKind.DIRECTION else size, dtype=np.float32) - 0.5
    if kind is MapKind.DIRECTION:
        values /= np.linalg.norm(values, axis=2, keepdims=True)
    values[hole] = 0
    return values


def assert_unit_or_zero(normals):
    length = np.linalg.norm(normals, axis=-1)
    assert np.all((np.abs(length - 1) < 1e-5) | (length == 0))


@settings(deadline=None, max_examples=30)
@given(kind=st.sampled_from(MapKind), direction=st.sampled_from(DIRECTIONS), size=SIZES, seed=SEEDS)
def test_a_flip_is_its_own_inverse(kind, direction, size, seed):
    values = random_map(kind, size, seed)
    once = flip_map(values, kind, direction)
    assert once.dtype == values.dtype
    assert np.array_equal(flip_map(once, kind, direction), values)
    if kind is MapKind.DIRECTION:
        assert_unit_or_zero(once)


def test_a_flip_by_hand():
    depth = np.array([[1, 2], [3, 4]], np.float32)
    normal = np.array([[[0.6, 0, -0.8], [0, 0.6, -0.8]]], np.float32)
    horizontal = [[[0, 0.6, -0.8], [-0.6, 0, -0.8]]]
    assert flip_map(depth, MapKind.DEPTH, 'horizontal').tolist() == [[2, 1], [4, 3]]
    assert flip_map(depth, MapKind.DEPTH, 'vertical').tolist() == [[3, 4], [1, 2]]
    assert flip_map(depth, MapKind.DEPTH, 'diagonal').tolist() == [[4, 3], [2, 1]]
    found = flip_map(normal, MapKind.DIRECTION, 'horizontal')
    assert np.array_equal(found, np.array(horizontal, np.float32))
    vertical = flip_map(normal, MapKind.DIRECTION, 'vertical')
    assert np.array_equal(vertical, normal * [1, -1, 1])


@pytest.mark.parametrize('task', [DEPTH, NORMAL])
@pytest.mark.parametrize('direction', DIRECTIONS)
def test_labels_and_predictions_are_flipped_alike(task, direction):
    kind = task.map_kind('depth')
    values = random_map(kind, (4, 5), seed=0)
    label = flip_map(values, kind, direction).reshape(4, 5, -1)
    prediction = task.flip(torch.from_numpy(values.reshape(4, 5, -1)).movedim(-1, 0), direction)
    assert np.array_equal(prediction.movedim(0, -1).numpy(), label)


@pytest.mark.parametrize('seed', [1, 2])
def test_the_labels_of_a_mirrored_scene_are_the_flipped_ones(seed):
    scene = sample_street(seed)
    street, mirrored = render(scene, (48, 96)), render(mirror(scene), (48, 96))
    for name, kind in (
        ('label_ids', MapKind.CLASSES),
        ('depth', MapKind.DEPTH),
        ('disparity', MapKind.DISPARITY),
    ):
        flipped = flip_map(getattr(street, name), kind, 'horizontal')
        np.testing.assert_array_equal(flipped, getattr(mirrored, name))
    normal = flip_map(street.normal, MapKind.DIRECTION, 'horizontal')
    np.testing.assert_allclose(normal, mirrored.normal, atol=1e-6)
    moved_only = np.abs(street.normal[:, ::-1] - mirrored.normal).max(axis=-1)
    assert (moved_only > 0.1).mean() > 0.05  # the sign is not for nothing


@settings(deadline=None, max_examples=30)
@given(kind=st.sampled_from(MapKind), factor=st.floats(0.1, 10), seed=SEEDS)
def test_a_zoom_back_is_the_inverse(kind, factor, seed):
    values = random_map(kind, (3, 4), seed)
    there = zoom_values(values, kind, factor)
    assert there.dtype == values.dtype
    assert np.array_equal(there == 0, values == 0)
    np.testing.assert_allclose(zoom_values(there, kind, 1 / factor), values, rtol=1e-5)


def test_a_zoom_by_hand():
    values = np.array([0, 1, 8], np.float32)
    assert zoom_values(values, MapKind.DEPTH, 2).tolist() == [0, 0.5, 4]
    assert zoom_values(values, MapKind.INVERSE_DEPTH, 2).tolist() == [0, 2, 16]
    assert zoom_values(values, MapKind.DISPARITY, 2).tolist() == [0, 2, 16]
    for kind in (MapKind.IMAGE, MapKind.CLASSES, MapKind.SCALAR, MapKind.DIRECTION):
        assert zoom_values(values, kind, 2) is values


QUARTERS = st.integers(-4, 4)


@settings(deadline=None, max_examples=40)
@given(kind=st.sampled_from(MapKind), quarters=QUARTERS, size=SIZES, seed=SEEDS)
def test_a_quarter_turn_moves_whole_pixels(kind, quarters, size, seed):
    values = random_map(kind, size, seed)
    turned = rotate_map(values, kind, 90.0 * quarters, fill=77, auto_bound=True)
    expected = np.rot90(values, -quarters)  # clockwise
    assert turned.dtype == values.dtype
    if kind is MapKind.DIRECTION:
        x, y, z = np.moveaxis(expected, -1, 0)
        for _ in range(quarters % 4):
            x, y = -y, x  # what pointed to the right points down
        expected = np.stack([x, y, z], axis=-1)
        np.testing.assert_allclose(turned, expected, atol=1e-6)
        assert_unit_or_zero(turned)
    else:
        assert np.array_equal(turned, expected)


@settings(deadline=None, max_examples=30)
@given(angle=st.floats(-180, 180), seed=SEEDS, auto_bound=st.booleans())
def test_a_turn_keeps_directions_at_unit_length_and_mixes_no_labels(angle, seed, auto_bound):
    normal = random_map(MapKind.DIRECTION, (8, 6), seed)
    turned = rotate_map(normal, MapKind.DIRECTION, angle, 0, auto_bound=auto_bound)
    assert_unit_or_zero(turned)
    assert np.isin(turned[..., 2], [*normal[..., 2].ravel(), 0]).all()
    depth = random_map(MapKind.DEPTH, (8, 6), seed)
    turned = rotate_map(depth, MapKind.DEPTH, angle, 0, auto_bound=auto_bound)
    assert np.isin(turned, [*depth.ravel(), 0]).all()
    ids = random_map(MapKind.CLASSES, (8, 6), seed)
    turned = rotate_map(ids, MapKind.CLASSES, angle, 255, auto_bound=auto_bound)
    assert np.isin(turned, [*ids.ravel(), 255]).all()


def test_a_turn_is_clockwise_as_seen():
    ids = np.zeros((21, 21), np.uint8)
    ids[10, 18] = 1  # to the right of the centre
    normal = np.tile(np.array([1, 0, 0], np.float32), (21, 21, 1))
    rows, columns = np.nonzero(rotate_map(ids, MapKind.CLASSES, 30, 0))
    assert rows.mean() == pytest.approx(10 + 8 * np.sin(np.pi / 6), abs=0.6)  # down
    assert columns.mean() == pytest.approx(10 + 8 * np.cos(np.pi / 6), abs=0.6)
    turned = rotate_map(normal, MapKind.DIRECTION, 30, 0)[10, 10]
    np.testing.assert_allclose(turned, [np.cos(np.pi / 6), np.sin(np.pi / 6), 0], atol=1e-6)


def test_a_turned_plane_has_the_turned_normal():
    # Depth of a plane, its roll, and the normal of the rolled depth by differences.
    height, width, focal = 61, 61, 50.0
    rows, columns = np.mgrid[:height, :width].astype(np.float64)
    rays = np.stack([(columns - 30) / focal, (rows - 30) / focal, np.ones_like(rows)], axis=-1)
    normal = np.array([0.36, 0.48, -0.8])
    depth = -2 / (rays @ normal)
    turned = rotate_map(depth, MapKind.DEPTH, 90, fill=0)
    points = turned[..., None] * rays
    found = np.cross(points[31, 30] - points[29, 30], points[30, 31] - points[30, 29])
    maps = np.tile(normal.astype(np.float32), (height, width, 1))
    expected = rotate_map(maps, MapKind.DIRECTION, 90, fill=0)[30, 30]
    np.testing.assert_allclose(found / np.linalg.norm(found), expected, atol=1e-6)


def test_what_was_outside_is_filled_in_every_channel():
    normal = np.full((4, 10, 3), 0.5, np.float32)
    corner = rotate_map(normal, MapKind.IMAGE, 90, fill=9)[0, 0]
    assert corner.tolist() == [9, 9, 9]


def test_padding_is_below_and_to_the_right():
    assert pad_map(np.array([[1, 2]]), (2, 3), 9).tolist() == [[1, 2, 9], [9, 9, 9]]
    normal = random_map(MapKind.DIRECTION, (2, 3), 0)
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
    assert_unit_or_zero(resize_map(random_map(MapKind.DIRECTION, size, seed), new))


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
