from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.engine.materials import metal, plain
from mmmtl_scenes.engine.solid_builder import SolidBuilder
from mmmtl_scenes.engine.solids import (
    BACK,
    BOTTOM,
    FRONT,
    LEFT,
    PARAMS,
    RIGHT,
    TOP,
    Frame,
)


def distances(solids, points) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Signed distances of points from the planes of the first solid; positive is outside."""
    return np.array(points) @ solids.planes[0].T - solids.offsets[0]


def test_a_box_ends_where_its_size_says() -> None:
    builder = SolidBuilder()
    builder.box(Frame(3, 4, base=1), plain, 5, (2, 1, 6), at=(0.5, 0.25, -1))
    solids = builder.build()
    np.testing.assert_allclose(solids.center, [[3.5, -(1 + 0.25 + 0.5), 3.0]])
    # The middle is inside by half of the extent, whatever the face.
    faces = distances(solids, solids.center)[0]
    assert faces[[RIGHT, LEFT, TOP, BOTTOM, FRONT, BACK]] == pytest.approx(
        [-1, -1, -0.5, -0.5, -3, -3]
    )


def test_a_turned_box_turns_to_the_right() -> None:
    builder = SolidBuilder()
    builder.box(Frame(yaw=0.3), plain, 5, (2, 1, 6), yaw=0.2)
    front = builder.build().planes[0, FRONT]
    np.testing.assert_allclose(front, [np.sin(0.5), 0, np.cos(0.5)], atol=1e-12)


def test_a_positive_tilt_lowers_the_front() -> None:
    builder = SolidBuilder()
    builder.box(Frame(), plain, 5, (2, 1, 6), tilt=0.2)
    front = builder.build().planes[0, FRONT]
    np.testing.assert_allclose(front, [0, np.sin(0.2), np.cos(0.2)], atol=1e-12)


def test_tapers_narrow_the_top() -> None:
    builder = SolidBuilder()
    builder.box(Frame(), plain, 5, (4, 2, 6), taper=(0.5, 1.0, 0.25))
    solids = builder.build()
    # Below the full extent, above 0.5 less at the sides, 1 in front and 0.25 behind.
    corners = {RIGHT: [(2, 0, 0), (1.5, -2, 0)], LEFT: [(-2, 0, 0), (-1.5, -2, 0)],
               FRONT: [(0, 0, 3), (0, -2, 2)], BACK: [(0, 0, -3), (0, -2, -2.75)]}  # fmt: skip
    for face, points in corners.items():
        np.testing.assert_allclose(distances(solids, points)[:, face], 0, atol=1e-12)


@pytest.mark.parametrize(
    ('axis', 'caps', 'index'), [('x', (RIGHT, LEFT), 0), ('y', (TOP, BOTTOM), 1),
                                ('z', (FRONT, BACK), 2)]
)  # fmt: skip
def test_a_cylinder_has_two_planes_and_a_quadric(
    axis: str, caps: tuple[int, int], index: int
) -> None:
    builder = SolidBuilder()
    builder.cylinder(Frame(), plain, 5, (1, 2, 4), axis=axis)
    solids = builder.build()
    assert tuple(np.flatnonzero((solids.planes[0] != 0).any(axis=-1))) == tuple(sorted(caps))
    expected = np.array([2.0, 1.0, 0.5])
    expected[index] = 0
    np.testing.assert_allclose(solids.inverse_radii[0], expected)


def test_an_ellipsoid_has_no_plane_and_the_ground_one() -> None:
    builder = SolidBuilder()
    builder.ellipsoid(Frame(), plain, 5, (1, 2, 4), ragged=0.3)
    builder.ground(metal, 7)
    solids = builder.build()
    assert (solids.planes != 0).any(axis=-1).sum(axis=1).tolist() == [0, 1]
    np.testing.assert_allclose(solids.inverse_radii, [[2, 1, 0.5], [0, 0, 0]])
    np.testing.assert_allclose(solids.planes[1, TOP], [0, -1, 0], atol=1e-12)
    assert solids.offsets[1, TOP] == 0
    assert solids.ragged.tolist() == [0.3, 0]
    assert solids.unbounded.tolist() == [False, True]


def test_looks_are_handed_on() -> None:
    builder = SolidBuilder()
    builder.box(Frame(), plain, 894, (1, 1, 1), (0, 0, 0), (0.5, 0.2, 1), (0, 0.1, 0.3))
    builder.box(Frame(), metal, 5, (1, 1, 1), params=(1.5, 2.5))
    builder.box(Frame(), plain, 6, (1, 1, 1))
    assert len(builder) == 3
    solids = builder.build()
    assert solids.label.tolist() == [894, 5, 6]
    assert solids.materials == (plain, metal)
    assert solids.material.tolist() == [0, 1, 0]
    np.testing.assert_allclose(solids.color[0], [[0.25, 0.04, 1], [0, 0.01, 0.09]], rtol=1e-6)
    assert solids.params[1].tolist() == [1.5, 2.5] + [0] * (PARAMS - 2)


def test_no_solid_is_refused() -> None:
    with pytest.raises(ValueError, match='Expected at least one solid, found none'):
        SolidBuilder().build()
