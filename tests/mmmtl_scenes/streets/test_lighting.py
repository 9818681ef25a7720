from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmmtl_scenes.engine.materials import plain
from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.engine.surface import Surface
from mmmtl_scenes.streets.lighting import (
    WEATHER,
    StreetLighting,
    StreetWalls,
    sample_street_lighting,
)
from tests.utils.scenes import sample_of, sunlight

WALLS = StreetWalls(0.0, (6.0, 6.0), ((0.0, 50.0), (0.0, 50.0)), ((10.0, 0.0), (20.0, 0.0)))
EAST = (0.8, -0.6, 0.0)
"""A sun that stands 0.6 / 0.8 as high as it is far away to the right."""


def arriving(walls: StreetWalls, sun: tuple[float, float, float], *points: object) -> np.ndarray:
    return walls.shadow(np.array(points, dtype=np.float32).T, sun)


def test_a_row_of_houses_shades_the_street_as_far_as_it_is_high() -> None:
    # 20 m at x = 6 shade the ground up to 26.7 m; from the left side, 10 m at x = -6 up to 13.3 m.
    assert arriving(WALLS, EAST, (0, 0, 20)) == [0]
    assert arriving(WALLS, (-0.8, -0.6, 0.0), (0, 0, 20), (5, 0, 20), (5.8, -8.9, 20)).tolist() == [
        0, 0, 1,
    ]  # fmt: skip
    # High up on the left wall, above the shadow's edge: 20 - 12 * 0.75 = 11 m.
    assert arriving(WALLS, EAST, (-6, -11.5, 20), (-6, -10.5, 20)).tolist() == [1, 0]


def test_there_is_sun_beyond_the_end_of_a_row_and_behind_its_front() -> None:
    assert arriving(WALLS, EAST, (0, 0, 60), (0, 0, -5), (7, 0, 20)).tolist() == [1, 1, 1]


def test_walls_follow_the_curve_of_the_street() -> None:
    curved = replace(WALLS, curvature=0.01)
    # At z = 20 the middle of the street is at x = 2: the wall's front is at 8.
    inside, behind = arriving(curved, EAST, (7.5, 0, 20), (8.5, 0, 20))
    assert (inside, behind) == (0, 1)


def shaded(light: StreetLighting, **looks: object) -> np.ndarray:
    sample = sample_of(plain)
    white = replace(sample.looks, albedo=np.ones((3, len(sample.surface)), np.float32), **looks)
    shadows = np.ones((2, len(sample.surface)), np.float32)
    return light.shade(sample.surface, white, np.eye(3), shadows)


def test_light_is_the_sum_of_sun_sky_and_ground() -> None:
    # The face looks along -z; the sun of the tests stands at z = -0.64; half of the sky is seen.
    found = shaded(sunlight(), gloss=0.0).mean(axis=1)
    expected = 0.64 * np.array((2.0, 1.9, 1.8)) + 0.5 * np.array((0.5, 0.6, 0.8))
    np.testing.assert_allclose(found, expected + 0.5 * np.array((0.3, 0.3, 0.25)), rtol=1e-5)


def test_a_face_turned_away_gets_no_sun_unless_it_is_soft() -> None:
    dark = sunlight(sun=(0.48, -0.6, 0.64))
    ambient = 0.5 * np.array((0.8, 0.9, 1.05))
    np.testing.assert_allclose(shaded(dark, gloss=0.0).mean(axis=1), ambient, rtol=1e-5)
    soft = shaded(dark, gloss=0.0, softness=0.9).mean(axis=1) - ambient
    np.testing.assert_allclose(soft, (0.9 - 0.64) / 1.9 * np.array((2.0, 1.9, 1.8)), rtol=1e-4)


def test_shadows_take_sun_and_sky_apart() -> None:
    sample = sample_of(plain)
    looks = replace(sample.looks, albedo=np.ones((3, len(sample.surface)), np.float32), gloss=0.0)

    def lit(surface: Surface, sun: float, sky: float) -> np.ndarray:
        shadows = np.full((2, len(surface)), [[sun], [sky]], np.float32)
        return sunlight().shade(surface, looks, np.eye(3), shadows).mean(axis=1)

    both, no_sun, no_sky = (lit(sample.surface, *pair) for pair in ((1, 1), (0, 1), (1, 0)))
    np.testing.assert_allclose(both - no_sun, 0.64 * np.array((2.0, 1.9, 1.8)), rtol=1e-4)
    # What is missing of the sky is filled by the ground's light in part.
    np.testing.assert_allclose(both - no_sky, 0.5 * np.array((0.2, 0.3, 0.55)), rtol=1e-4)


def test_gloss_and_glow_add_light() -> None:
    base = shaded(sunlight(), gloss=0.0)
    assert (shaded(sunlight(), gloss=0.3) > base).all()
    glow = np.full_like(base, 0.2)
    np.testing.assert_allclose(shaded(sunlight(), gloss=0.0, glow=glow) - base, 0.2, rtol=1e-4)


def test_everything_fades_into_the_colour_of_the_haze() -> None:
    light = sunlight(haze_distance=100.0)
    depth = np.array([0.0, 100.0, 1e6], dtype=np.float32)
    faded = light.fade(np.zeros((3, 3), np.float32), depth)
    haze = np.array(light.haze_color)[:, None]
    np.testing.assert_allclose(faded, haze * [0, 1 - 1 / np.e, 1], rtol=1e-5)


def test_a_clear_sky_goes_from_haze_to_its_zenith() -> None:
    light = sunlight(clouds=-1.0, sun_color=(0.0, 0.0, 0.0))
    directions = np.array([[0.0, 0.0], [-1e-6, -1.0], [1.0, 0.1]], dtype=np.float32)
    horizon, zenith = light.sky(directions).T
    np.testing.assert_allclose(horizon, light.haze_color, rtol=1e-3)
    np.testing.assert_allclose(zenith, light.zenith_color, rtol=1e-3)
    # There is a glow around the sun.
    sun = np.array(sunlight().sun, dtype=np.float32)[:, None]
    assert (sunlight(clouds=-1.0).sky(sun) > light.sky(sun) + 0.3).all()


def test_more_clouds_cover_more_of_the_sky() -> None:
    directions = np.random.default_rng(0).normal(size=(3, 4000)).astype(np.float32)
    directions[1] = -np.abs(directions[1])
    blue = sunlight(clouds=-1.0).sky(directions)
    cover = [(sunlight(clouds=c).sky(directions) != blue).any(0).mean() for c in (0.1, 0.5, 0.9)]
    assert cover[0] < cover[1] < cover[2]


def test_a_drawn_light_is_one_of_four_weathers() -> None:
    lights = [sample_street_lighting(SceneRNG(seed)) for seed in range(200)]
    assert sample_street_lighting(SceneRNG(3)) == lights[3] != lights[4]
    for light in lights:
        assert np.linalg.norm(light.sun) == pytest.approx(1)
        assert 12 <= np.degrees(np.arcsin(-light.sun[1])) <= 62
        assert light.walls is None
        assert 160 <= light.haze_distance <= 900
    overcast = [not any(light.sun_color) for light in lights]
    assert np.mean(overcast) == pytest.approx(0.3, abs=0.1)
    assert len({light.sun_color for light in lights}) == 4
    assert lights[0].with_walls(WALLS) == replace(lights[0], walls=WALLS)


def test_the_weather_is_that_of_the_light() -> None:
    lights = [sample_street_lighting(SceneRNG(seed)) for seed in range(400)]
    for light in lights:
        assert (light.weather == 'overcast') == (light.sun_color == (0.0, 0.0, 0.0))
        assert (light.weather == 'low sun') == (-light.sun[1] < 0.42)  # the sine of 24.8 degrees
    for weather, share in WEATHER.items():
        found = np.mean([light.weather == weather for light in lights])
        assert abs(found - share) < 0.08
