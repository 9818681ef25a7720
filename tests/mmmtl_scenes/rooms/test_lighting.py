from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose
from mmmtl_scenes.engine.materials import plain
from mmmtl_scenes.engine.shadow_maps import ShadowMap
from mmmtl_scenes.engine.solid_builder import SolidBuilder
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.lighting import RoomLighting, Source, Sunbeam
from tests.utils.scenes import sample_of

UP = (0.0, -1.0, 0.0)
LAMP = Source((0.0, -2.0, 0.0), (1.0, 0.8, 0.6), 0.1)
ROOM = RoomLighting((-3, 3, -3, 3, 2.5), (0.5, 0.5, 0.5), (0.3, 0.3, 0.3), ())


def points(*places: tuple[float, float, float]) -> np.ndarray:
    return np.array(places, dtype=np.float32).T


def shadows_of(*boards: tuple[float, float]) -> ShadowMap:
    """Shadows of boards of 1 m, 1 m above the floor at x and z, from a lamp 2 m up."""
    builder = SolidBuilder()
    for x, z in boards:
        builder.box(Frame(x, z, base=1.0), plain, 1, (1, 0.01, 1))
    pose = CameraPose(height=2.0, pitch=np.pi / 2)
    return ShadowMap.cast(builder.build(), pose, side=64, focal=0.4, softness=1.0)


def test_light_falls_off_with_the_square_of_the_distance() -> None:
    world = points((0, 0, 0), (0, 2, 0))
    share = LAMP.arriving(world, points(UP, UP), 0.0)
    extent = 0.1**2
    np.testing.assert_allclose(share, [1 / (4 + extent), 1 / (16 + extent)], rtol=1e-5)


def test_surfaces_that_look_away_are_dark() -> None:
    assert LAMP.arriving(points((0, 0, 0)), points((0, 1, 0)), 0.0) == [0]
    # Soft surfaces let light through from behind the edge.
    aside = LAMP.arriving(points((0, 0, 0), (0, 0, 0)), points((1, 0, 0), UP), 0.25)
    assert 0 < aside[0] < aside[1]


def test_a_window_shines_inward() -> None:
    window = replace(LAMP, inward=(0.0, 1.0, 0.0))
    world, normal = points((0, 0, 0), (0, -4, 0)), points(UP, (0, 1, 0))
    below, above = window.arriving(world, normal, 0.0)
    assert below == pytest.approx(LAMP.arriving(world, normal, 0.0)[0])
    assert above == 0


def test_a_shadow_keeps_most_of_a_source_away() -> None:
    shaded = replace(LAMP, shadow=shadows_of((0, 0)))
    world, normal = points((0, 0, 0), (1.8, 0, 0)), points(UP, UP)
    share = shaded.arriving(world, normal, 0.0) / LAMP.arriving(world, normal, 0.0)
    np.testing.assert_allclose(share, [0.15, 1], rtol=1e-5)


def test_the_sun_draws_the_window_on_the_floor() -> None:
    # A window of 1 x 1 m in a wall at z = 0, 1 to 2 m up; the sun stands 45 degrees high behind it.
    half = np.sqrt(0.5)
    beam = Sunbeam(
        toward=(0.0, -half, half), color=(1, 1, 1), middle=(0.0, -1.5, 0.0), along=(1.0, 0.0, 0.0),
        half=(0.5, 0.5), bars=0.06, shadow=shadows_of((9, 9)),
    )  # fmt: skip
    lit = beam.arriving(
        points((0.3, 0, -1.5), (0, 0, -1.5), (0.7, 0, -1.5), (0.3, 0, -0.8), (0.3, 0, -2.2),
               (0.3, 0, 1.5)),
        points(*[UP] * 6),
    )  # fmt: skip
    # On the patch, in the shadow of the bar, beside it, before it, behind it, outside.
    assert lit[0] == pytest.approx(half, rel=1e-4)
    assert lit[1] < 0.2 * half
    assert lit[2:].tolist() == [0, 0, 0, 0]


def test_corners_are_darker_than_the_middle_of_a_wall() -> None:
    surface = sample_of(plain, size=(6, 2.5, 0.2)).surface
    looks = plain(surface)
    dark = replace(looks, albedo=np.ones_like(looks.albedo), gloss=0.0)
    light = ROOM.shade(surface, dark, np.eye(3), np.ones((2, len(surface)), np.float32))
    image = light[0][np.argsort(surface.pixel)].reshape(96, 96)
    assert image[48, 0] < 0.8 * image[48, 48]
    assert image[95, 48] < 0.8 * image[48, 48]


def test_sources_and_glow_add_up() -> None:
    sample = sample_of(plain)
    surface, looks = sample.surface, replace(sample.looks, gloss=0.0)
    shadows = np.ones((2, len(surface)), np.float32)
    lamp = Source((0.3, -0.8, -2.0), (1.0, 0.5, 0.25), 0.2)

    def shade(*sources: Source, glow: np.ndarray | None = None) -> np.ndarray:
        light = replace(ROOM, sources=sources)
        return light.shade(surface, replace(looks, glow=glow), np.eye(3), shadows)

    none, one, two = shade(), shade(lamp), shade(lamp, lamp)
    np.testing.assert_allclose(two - none, 2 * (one - none), rtol=1e-4, atol=1e-6)
    assert (one > none).all()
    glow = np.full_like(none, 0.25)
    np.testing.assert_allclose(shade(glow=glow) - none, glow, atol=1e-6)


def test_a_room_has_neither_haze_nor_sky() -> None:
    color = np.random.default_rng(0).random((3, 5), dtype=np.float32)
    np.testing.assert_array_equal(ROOM.fade(color, np.full(5, 50.0)), color)
    np.testing.assert_array_equal(ROOM.sky(color), np.zeros((3, 5)))
