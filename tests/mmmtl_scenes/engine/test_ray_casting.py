from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose, PinholeCamera
from mmmtl_scenes.engine.materials import plain
from mmmtl_scenes.engine.ray_casting import cast_rays
from mmmtl_scenes.engine.solid_builder import SolidBuilder
from mmmtl_scenes.engine.solids import BACK, RIGHT, ROUND, TOP, Frame, Solids
from mmmtl_scenes.engine.surface import visible_surface

HEIGHT = 1.5
# Odd sizes have a pixel in the principal point; its ray is the optical axis.
CAMERA = PinholeCamera(101, 101, 100.0, CameraPose(height=HEIGHT))
CENTER = 50


def look(solids: Solids, camera: PinholeCamera = CAMERA) -> tuple[np.ndarray, ...]:
    """Gives depth, normals and faces as images."""
    seen = solids.seen_from(camera.pose)
    hits = cast_rays(seen, camera)
    surface = visible_surface(seen, camera, hits)
    normal = np.zeros((camera.height * camera.width, 3), dtype=np.float32)
    normal[surface.pixel] = surface.normal.T
    depth = np.where(hits.solid >= 0, hits.depth, 0)
    return depth, normal.reshape(camera.height, camera.width, 3), hits.face


def test_ground_plane() -> None:
    builder = SolidBuilder()
    builder.ground(plain, 7)
    depth, normal, face = look(builder.build())
    # A ray that drops by v / f per metre reaches the ground after height * f / v metres.
    assert depth[CENTER + 50, 3] == pytest.approx(HEIGHT * 100 / 50)
    assert depth[CENTER + 1, 99] == pytest.approx(HEIGHT * 100)
    assert (depth[: CENTER + 1] == 0).all()
    np.testing.assert_allclose(normal[CENTER + 20, 7], [0, -1, 0], atol=1e-6)
    assert face[CENTER + 20, 7] == TOP


def test_ground_seen_by_a_camera_that_looks_down() -> None:
    camera = PinholeCamera(101, 101, 100.0, CameraPose(height=HEIGHT, pitch=0.3))
    builder = SolidBuilder()
    builder.ground(plain, 7)
    depth, normal, _ = look(builder.build(), camera)
    assert depth[CENTER, CENTER] == pytest.approx(HEIGHT / np.sin(0.3), rel=1e-5)
    np.testing.assert_allclose(normal[CENTER, CENTER], [0, -np.cos(0.3), -np.sin(0.3)], atol=1e-6)


def test_box_ahead() -> None:
    builder = SolidBuilder()
    builder.box(Frame(z=10), plain, 11, (2, 3, 4))
    depth, normal, face = look(builder.build())
    # Its back is at z = 8 and spans x from -1 to 1: 12.5 pixels to either side.
    assert depth[CENTER, CENTER] == pytest.approx(8)
    assert depth[CENTER, CENTER + 12] == pytest.approx(8)
    assert depth[CENTER, CENTER + 13] == 0
    assert depth[CENTER - 18, CENTER] == pytest.approx(8)  # its top is 1.5 m above the camera
    assert depth[CENTER - 19, CENTER] == 0
    np.testing.assert_allclose(normal[CENTER, CENTER], [0, 0, -1], atol=1e-6)
    assert face[CENTER, CENTER] == BACK


def test_turned_box_shows_two_sides() -> None:
    builder = SolidBuilder()
    builder.box(Frame(z=10, yaw=np.pi / 4), plain, 11, (2, 3, 2))
    depth, normal, face = look(builder.build())
    edge = 10 - np.sqrt(2)
    assert depth[CENTER, CENTER] == pytest.approx(edge, rel=1e-5)
    half = np.sqrt(0.5)
    # On the left of the edge: z = edge - x for x < 0, where x = z * u.
    assert depth[CENTER, CENTER - 5] == pytest.approx(edge / (1 - 0.05), rel=1e-5)
    assert depth[CENTER, CENTER + 5] == pytest.approx(edge / (1 - 0.05), rel=1e-5)
    np.testing.assert_allclose(normal[CENTER, CENTER - 5], [-half, 0, -half], atol=1e-6)
    np.testing.assert_allclose(normal[CENTER, CENTER + 5], [half, 0, -half], atol=1e-6)
    sides = int(face[CENTER, CENTER - 5]), int(face[CENTER, CENTER + 5])
    assert sides == (BACK, RIGHT)


def test_tapered_box_leans_back() -> None:
    builder = SolidBuilder()
    # A height of 4 m and a taper of 2 m behind: the back leans by 1 in 2.
    builder.box(Frame(z=10), plain, 11, (2, 4, 4), taper=(0, 0, 2))
    depth, normal, _ = look(builder.build())
    assert depth[CENTER, CENTER] == pytest.approx(8 + HEIGHT / 2, rel=1e-6)
    np.testing.assert_allclose(
        normal[CENTER, CENTER], np.array([0, -1, -2]) / np.sqrt(5), atol=1e-6
    )


def test_sphere() -> None:
    builder = SolidBuilder()
    builder.ellipsoid(Frame(x=0, z=6, base=HEIGHT - 1), plain, 21, (2, 2, 2))
    depth, normal, face = look(builder.build())
    assert depth[CENTER, CENTER] == pytest.approx(5, rel=1e-6)
    np.testing.assert_allclose(normal[CENTER, CENTER], [0, 0, -1], atol=1e-6)
    assert face[CENTER, CENTER] == ROUND
    # The ray (0.1, 0, 1) t meets x^2 + (z - 6)^2 = 1 at 1.01 t^2 - 12 t + 35 = 0.
    t = (12 - np.sqrt(144 - 4 * 1.01 * 35)) / 2.02
    assert depth[CENTER, CENTER + 10] == pytest.approx(t, rel=1e-5)
    np.testing.assert_allclose(normal[CENTER, CENTER + 10], [0.1 * t, 0, t - 6], atol=1e-5)
    assert depth[CENTER, CENTER + 18] == 0  # the outline is at 1 / sqrt(35) = 0.169


def test_upright_cylinder() -> None:
    builder = SolidBuilder()
    builder.cylinder(Frame(z=6), plain, 17, (2, 3, 2))
    depth, normal, _ = look(builder.build())
    assert depth[CENTER, CENTER] == pytest.approx(5, rel=1e-6)
    # Along the column the wall is upright: the depth stays the same.
    assert depth[CENTER + 20, CENTER] == pytest.approx(5, rel=1e-6)
    np.testing.assert_allclose(normal[CENTER + 20, CENTER], [0, 0, -1], atol=1e-6)
    assert depth[CENTER + 31, CENTER] == 0  # its foot is 1.5 m below the camera, at 30 pixels


def test_disc_that_faces_the_camera() -> None:
    builder = SolidBuilder()
    builder.cylinder(Frame(z=6, base=HEIGHT - 0.5), plain, 20, (1, 1, 0.2), axis='z')
    depth, normal, face = look(builder.build())
    assert depth[CENTER, CENTER] == pytest.approx(5.9, rel=1e-6)
    assert depth[CENTER, CENTER + 8] == pytest.approx(5.9, rel=1e-6)
    assert depth[CENTER + 6, CENTER + 6] == 0  # 0.5 m are 8.5 pixels, but it is round
    assert face[CENTER, CENTER] == BACK
    np.testing.assert_allclose(normal[CENTER, CENTER], [0, 0, -1], atol=1e-6)


def test_nearer_solid_hides_farther_one() -> None:
    builder = SolidBuilder()
    builder.box(Frame(z=20), plain, 11, (8, 6, 2))
    builder.cylinder(Frame(z=10), plain, 17, (0.5, 4, 0.5))
    depth, _, _ = look(builder.build())
    assert depth[CENTER, CENTER] == pytest.approx(9.75, rel=1e-6)
    assert depth[CENTER, CENTER + 5] == pytest.approx(19, rel=1e-6)


def test_box_that_reaches_behind_the_camera_is_seen() -> None:
    builder = SolidBuilder()
    builder.box(Frame(x=3), plain, 8, (2, 3, 60))
    depth, normal, _ = look(builder.build())
    # Its left side is at x = 2: the ray (0.4, 0, 1) meets it after 5 m.
    assert depth[CENTER, CENTER + 40] == pytest.approx(5, rel=1e-5)
    np.testing.assert_allclose(normal[CENTER, CENTER + 40], [-1, 0, 0], atol=1e-6)


def test_a_ragged_outline_stays_on_the_surface() -> None:
    smooth, ragged = SolidBuilder(), SolidBuilder()
    smooth.ellipsoid(Frame(z=6), plain, 21, (3, 3, 3))
    ragged.ellipsoid(Frame(z=6), plain, 21, (3, 3, 3), ragged=0.9)
    whole, _, _ = look(smooth.build())
    cut, _, _ = look(ragged.build())
    kept = cut > 0
    assert 0.4 < kept.sum() / (whole > 0).sum() < 0.98
    np.testing.assert_array_equal(cut[kept], whole[kept])
