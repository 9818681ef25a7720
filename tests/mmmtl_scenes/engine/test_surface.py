from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose, PinholeCamera
from mmmtl_scenes.engine.materials import metal, plain
from mmmtl_scenes.engine.ray_casting import cast_rays
from mmmtl_scenes.engine.solid_builder import SolidBuilder
from mmmtl_scenes.engine.solids import BACK, ROUND, Frame
from mmmtl_scenes.engine.surface import Surface, dot, visible_surface

POSE = CameraPose(x=0.3, height=1.5, z=-0.5, yaw=0.1, pitch=0.15, roll=0.05)
CAMERA = PinholeCamera(60, 80, 60.0, POSE)


def surface_of(mirrored: bool = False) -> Surface:
    builder = SolidBuilder()
    builder.ground(plain, 7, (0.5, 0.4, 0.3))
    builder.box(Frame(1, 5, 0.4), metal, 11, (1, 2, 3), color=(1, 0, 0), accent=(0, 1, 0),
                params=(4, 5))  # fmt: skip
    builder.ellipsoid(Frame(-1, 5), plain, 21, (1.5, 2, 1))
    solids, camera = builder.build(), CAMERA
    if mirrored:
        solids, camera = solids.mirrored(), PinholeCamera(60, 80, 60.0, POSE.mirrored())
    solids = solids.seen_from(camera.pose)
    return visible_surface(solids, camera, cast_rays(solids, camera))


def test_world_positions_lie_on_the_solids() -> None:
    surface = surface_of()
    ground = surface.solid == 0
    np.testing.assert_allclose(surface.world[1, ground], 0, atol=5e-4)
    x, y, z = surface.world[:, surface.solid == 2].astype(np.float64)
    np.testing.assert_allclose(
        ((x + 1) / 0.75) ** 2 + (y + 1) ** 2 + ((z - 5) / 0.5) ** 2, 1, atol=1e-3
    )
    box = surface.local[:, surface.solid == 1]
    assert (np.abs(box) <= np.array([[0.5], [1.0], [1.5]]) + 1e-4).all()
    on_back = (surface.solid == 1) & (surface.face == BACK)
    assert on_back.any()
    np.testing.assert_allclose(surface.local[2, on_back], -1.5, atol=1e-4)


def test_vectors_have_unit_length_and_normals_look_back() -> None:
    surface = surface_of()
    for vector in (surface.normal, surface.ray):
        np.testing.assert_allclose(np.linalg.norm(vector, axis=0), 1, atol=1e-5)
    np.testing.assert_allclose(surface.facing, -(surface.normal * surface.ray).sum(0), atol=1e-6)
    assert (surface.facing > 0).all()
    np.testing.assert_allclose(surface.up[surface.solid == 0], 1, atol=1e-6)
    np.testing.assert_allclose(surface.footprint, surface.depth / 60, rtol=1e-6)
    assert (surface.face[surface.solid == 2] == ROUND).all()


def test_points_are_sorted_by_material_and_cover_every_pixel_that_sees_a_solid() -> None:
    surface = surface_of()
    assert len(surface) == len(set(surface.pixel.tolist()))
    material = surface.solids.material[surface.solid]
    assert (np.diff(material) >= 0).all()
    assert set(material.tolist()) == {0, 1}


def test_what_materials_ask_for_belongs_to_the_solid() -> None:
    surface = surface_of()
    box = surface.solid == 1
    np.testing.assert_allclose(surface.color[:, box].T, np.tile([1, 0, 0], (box.sum(), 1)))
    np.testing.assert_allclose(surface.accent[:, box].T, np.tile([0, 1, 0], (box.sum(), 1)))
    assert set(surface.param(1)[box].tolist()) == {5}
    assert set(surface.param(1)[~box].tolist()) == {0}
    assert set(surface.half(2)[box].tolist()) == {1.5}
    across, half = surface.across()
    np.testing.assert_array_equal(
        across[box & ~surface.on_side], surface.local[0][box & ~surface.on_side]
    )
    assert set(half[box & surface.on_side].tolist()) <= {1.5}


def test_a_part_keeps_all_arrays_in_step() -> None:
    surface = surface_of()
    part = surface.part(slice(100, 140))
    assert len(part) == 40
    np.testing.assert_array_equal(part.local, surface.local[:, 100:140])
    np.testing.assert_array_equal(part.color, surface.color[:, 100:140])
    np.testing.assert_array_equal(part.stretched(), surface.stretched()[100:140])


def test_a_slanted_surface_stretches_the_footprint_to_a_limit() -> None:
    surface = surface_of()
    expected = surface.footprint / np.maximum(surface.facing, 0.03)
    np.testing.assert_allclose(surface.stretched(), expected, rtol=1e-6)


def test_a_mirrored_world_remembers_where_things_were() -> None:
    plain_one, mirrored = surface_of(), surface_of(mirrored=True)
    order = np.argsort(plain_one.pixel)
    row, column = np.divmod(mirrored.pixel, 80)
    mirrored_order = np.argsort(row * 80 + 79 - column)
    np.testing.assert_allclose(
        mirrored.world[:, mirrored_order], plain_one.world[:, order], atol=1e-4
    )
    np.testing.assert_allclose(
        mirrored.local[:, mirrored_order], plain_one.local[:, order], atol=1e-4
    )


def test_dot_multiplies_column_by_column() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 3, 7))
    np.testing.assert_allclose(dot(a, b), np.einsum('in,in->n', a, b))
    assert dot(np.array([1.0, 2, 3]), np.array([4.0, 5, 6])) == pytest.approx(32)
