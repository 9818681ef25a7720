from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.decathlon.camera import plain
from mmmtl_scenes.decathlon.canvas import Canvas, Pen, arc, curve

BLACK, WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


def canvas(height: int = 40, width: int = 60) -> Canvas:
    return Canvas(plain((height, width), BLACK))


def lit(drawn: Canvas) -> np.ndarray:
    """Where it is white, as a share of each pixel."""
    return drawn.picture()[..., 0]


def middle(drawn: Canvas) -> tuple[float, float]:
    """Mean x and y of what is white, in the canvas's units."""
    shares = lit(drawn)
    height, width = shares.shape
    y, x = np.mgrid[:height, :width] + 0.5
    half = min(height, width) / 2
    mean_x, mean_y = (np.average(at, weights=shares) for at in (x, y))
    return (mean_x - width / 2) / half, (mean_y - height / 2) / half


def test_a_background_stays_where_nothing_is_drawn() -> None:
    background = np.random.default_rng(0).random((20, 30, 1)).repeat(3, axis=2)
    smooth = np.full_like(background, 0.4)
    np.testing.assert_allclose(Canvas(smooth).picture(), 0.4, atol=1 / 255)
    assert Canvas(background).picture().shape == (20, 30, 3)


def test_the_shorter_side_is_two_long() -> None:
    drawn = canvas()
    Pen.at(drawn).box((-0.5, -1), (0.5, 1), WHITE)  # 20 of 60 columns
    assert lit(drawn).sum() == pytest.approx(20 * 40, rel=0.04)
    assert lit(drawn)[:, 22:38].min() == 1
    assert lit(drawn)[:, :19].max() == 0


def test_colours_are_red_green_blue() -> None:
    drawn = canvas()
    Pen.at(drawn).box((-1, -1), (1, 1), (1.0, 0.5, 0.0))
    np.testing.assert_allclose(drawn.picture()[20, 30], (1, 0.5, 0), atol=1 / 255)


def test_an_ellipse_has_its_area_and_half_of_one_half() -> None:
    areas = []
    for end in (360, 180):
        drawn = canvas(80, 80)
        Pen.at(drawn).ellipse((0, 0), (0.8, 0.5), WHITE, 0, end)
        areas.append(lit(drawn).sum() / 40**2)
    assert areas[0] == pytest.approx(np.pi * 0.8 * 0.5, rel=0.04)
    assert areas[1] == pytest.approx(np.pi * 0.8 * 0.5 / 2, rel=0.06)


def test_a_line_has_its_width_whatever_the_size_of_its_object() -> None:
    for size in (1.0, 0.5):
        drawn = canvas(80, 80)
        Pen.at(drawn, size=size).line([(-2, 0), (2, 0)], 0.2, WHITE)
        assert lit(drawn)[:, 40].sum() == pytest.approx(0.2 * size * 40, abs=0.6)


@pytest.mark.parametrize(
    ('options', 'expected'),
    [
        (dict(), (0.5, 0.25)),
        (dict(place=(0.1, -0.2)), (0.6, 0.05)),
        (dict(size=0.5), (0.25, 0.125)),
        (dict(angle=90), (-0.25, 0.5)),  # clockwise
        (dict(mirror=True), (-0.5, 0.25)),
        (dict(stretch=0.5), (0.25, 0.25)),
        (dict(slant=0.4), (0.4, 0.25)),  # below the middle: to the left
    ],
)
def test_a_pen_puts_what_it_draws_somewhere(options: dict, expected: tuple[float, float]) -> None:
    drawn = canvas(80, 80)
    Pen.at(drawn, **options).box((0.45, 0.2), (0.55, 0.3), WHITE)
    assert middle(drawn) == pytest.approx(expected, abs=0.03)


def test_a_part_moves_with_its_object() -> None:
    drawn = canvas(80, 80)
    # Right of the middle by 0.5, in an object of half the size that is turned by 90 degrees.
    part = Pen.at(drawn, (0.1, 0), 0.5, 90).moved((0.5, 0), 0.4)
    part.ellipse((0, 0), (1, 1), WHITE)
    assert middle(drawn) == pytest.approx((0.1, 0.25), abs=0.02)
    assert lit(drawn).sum() / 40**2 == pytest.approx(np.pi * 0.2**2, rel=0.1)


def test_points_of_arcs_and_curves() -> None:
    points = arc((1, 2), (3, 4), 0, 90)
    np.testing.assert_allclose(points[[0, -1]], [(4, 2), (1, 6)], atol=1e-9)
    line = curve([(0, 0), (1, 2)], 3)
    np.testing.assert_allclose(line, [(0, 0), (0.5, 1), (1, 2)])
    bent = curve([(0, 0), (1, 2), (2, 0)], 3)
    np.testing.assert_allclose(bent, [(0, 0), (1, 1), (2, 0)])
