import numpy as np
import pytest

from mmmtl.evaluation.functional import suppress_non_maxima
from mmmtl.evaluation.functional.ridges import across_lines


def ridge(angle, size=41, width=2.0):
    """A crest through the middle that runs at an angle from the x-axis towards the y-axis."""
    place = np.arange(size) - size // 2
    distance = place[:, None] * np.cos(angle) - place * np.sin(angle)
    return np.exp(-((distance / width) ** 2)), np.abs(distance)


@pytest.mark.parametrize('angle', np.deg2rad([0, 20, 45, 70, 90, 135, 160]))
def test_the_crest_stays_and_its_slopes_go(angle):
    values, distance = ridge(angle)
    found = suppress_non_maxima(values) > 0
    assert found[distance < 0.3].all()
    assert not found[(distance > 1) & (distance < 6)].any()


@pytest.mark.parametrize('angle', np.deg2rad([0, 30, 45, 90, 120]))
def test_the_direction_is_at_a_right_angle_to_the_line(angle):
    values, distance = ridge(angle)
    inner = np.zeros_like(distance, bool)
    inner[8:-8, 8:-8] = True
    turned = across_lines(values)[inner & (distance < 1)] - angle
    np.testing.assert_allclose(np.abs(np.sin(turned)), 1, atol=0.01)


def test_kept_values_are_the_values():
    values = np.random.default_rng(0).random((12, 15))
    found = suppress_non_maxima(values)
    assert 0 < (found > 0).sum() < values.size
    np.testing.assert_array_equal(found[found > 0], values[found > 0])


def test_each_pixel_is_compared_with_both_sides():
    """An independent version, pixel by pixel."""
    values = np.random.default_rng(1).random((9, 11))
    angle = across_lines(values)
    expected = np.zeros_like(values)
    for y, x in np.ndindex(values.shape):
        beside = [
            bilinear(values, y + side * np.sin(angle[y, x]), x + side * np.cos(angle[y, x]))
            for side in (-1, 1)
        ]
        expected[y, x] = values[y, x] * (1.01 * values[y, x] >= max(beside))
    np.testing.assert_allclose(suppress_non_maxima(values), expected, rtol=0, atol=1e-15)


def bilinear(values, y, x):
    y, x = min(max(y, 0), values.shape[0] - 1), min(max(x, 0), values.shape[1] - 1)
    return sum(
        values[j, i] * max(0, 1 - abs(y - j)) * max(0, 1 - abs(x - i))
        for j in range(values.shape[0])
        for i in range(values.shape[1])
    )


@pytest.mark.parametrize('shape', [(1, 1), (1, 7), (6, 1)])
def test_maps_of_a_single_row_or_column(shape):
    values = np.linspace(0.1, 0.9, np.prod(shape)).reshape(shape)
    assert suppress_non_maxima(values).max() == values.max()


def test_a_level_map_has_no_slopes():
    np.testing.assert_array_equal(suppress_non_maxima(np.full((5, 6), 0.5)), np.full((5, 6), 0.5))
