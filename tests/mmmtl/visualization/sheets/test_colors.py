import matplotlib
import numpy as np
import pytest

from mmmtl.visualization.sheets.colors import (
    HATCH_COLORS,
    INVALID_COLOR,
    color_classes,
    color_directions,
    color_scalars,
)

PALETTE = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]


def test_classes_get_the_colours_of_the_palette():
    rgb = color_classes(np.array([[0, 1, 2]]), PALETTE)

    assert rgb.dtype == np.uint8
    np.testing.assert_array_equal(rgb, [PALETTE])


def test_pixels_without_a_class_are_hatched_whatever_their_id():
    ids = np.full((24, 24), 255)
    ids[0, 0] = 1
    rgb = color_classes(ids, PALETTE, valid=ids != 255)

    assert tuple(rgb[0, 0]) == PALETTE[1]
    found = {tuple(int(v) for v in pixel) for pixel in rgb.reshape(-1, 3)} - {PALETTE[1]}
    assert found == set(HATCH_COLORS)


@pytest.mark.parametrize('unknown', [3, 255, -1])
def test_class_without_a_colour_is_an_error(unknown):
    with pytest.raises(ValueError, match=rf'ids from 0 to 2.* found \[{unknown}\]'):
        color_classes(np.array([[0, unknown]]), PALETTE)


def test_scalars_run_along_the_colour_map_and_stop_at_its_ends():
    rgb = color_scalars(np.array([[-5.0, 1.0, 2.0, 3.0, np.inf]]), (1.0, 3.0))

    ends = matplotlib.colormaps['magma']([0.0, 0.5, 1.0], bytes=True)[:, :3]
    np.testing.assert_array_equal(rgb[0], ends[[0, 0, 1, 2, 2]])
    assert rgb[0, 1].sum() < rgb[0, 2].sum() < rgb[0, 3].sum()


def test_scalars_without_a_value_are_grey():
    values = np.array([[1.0, 2.0, np.nan]])
    rgb = color_scalars(values, (1.0, 3.0), valid=np.array([[True, False, True]]))

    assert tuple(rgb[0, 1]) == INVALID_COLOR
    assert tuple(rgb[0, 2]) == INVALID_COLOR
    assert tuple(rgb[0, 0]) != INVALID_COLOR


def test_empty_range_is_an_error():
    with pytest.raises(ValueError, match=r'value_range: .* found \(1.0, 1.0\)'):
        color_scalars(np.ones((1, 1)), (1.0, 1.0))


@pytest.mark.parametrize(
    ('direction', 'color'),
    [
        ((0, 0, -1), (128, 128, 255)),  # a wall that faces the camera: lilac
        ((0, -1, 0), (128, 255, 128)),  # a floor, whose normal points up: green
        ((1, 0, 0), (255, 128, 128)),  # a wall on the left, whose normal points right
        ((0, 1, 0), (128, 0, 128)),  # a ceiling
        ((0, -7, 0), (128, 255, 128)),  # the length does not matter
        ((0, 0, 0), INVALID_COLOR),
        ((np.nan, 0, 0), INVALID_COLOR),
    ],
)
def test_directions_have_the_usual_colours(direction, color):
    rgb = color_directions(np.array(direction, dtype=np.float32).reshape(3, 1, 1))

    assert rgb.dtype == np.uint8
    assert tuple(rgb[0, 0]) == color
