from __future__ import annotations

from math import hypot

import pytest

from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.engine.shadows import SKY, SUN
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets.stage import StreetStage
from tests.utils.scenes import street_stage, sunlight


def test_near_is_within_a_share_of_the_detailed_depth() -> None:
    stage = StreetStage(SceneRNG(0), sunlight(), detailed=40.0)
    assert stage.is_near(Frame(z=39))
    assert not stage.is_near(Frame(z=41))
    assert not stage.is_near(Frame(z=21), 0.5)


def test_a_contact_darkens_the_sky_under_an_object_and_stops_far_away() -> None:
    stage = street_stage()
    stage.contact(Frame(z=10), (0.5, 1.0), 0.6, square=True)
    stage.contact(Frame(z=66), (0.5, 1.0), 0.6)
    stage.contact(Frame(z=33), (0.1, 0.5), 0.6)  # small things stop before: at 32.5 m
    (blob,) = stage.blobs
    assert (blob.light, blob.half, blob.opacity, blob.square) == (SKY, (0.5, 1.0), 0.6, True)


def test_a_shadow_falls_away_from_the_sun() -> None:
    # The sun of the tests stands at (0.48, -0.64) 0.6 up: a shadow is 4/3 of the height long.
    stage = street_stage()
    stage.cast(Frame(1, 10), (0.2, 0.3), 0.0, 3.0, 0.8)
    (blob,) = stage.blobs
    assert blob.light == SUN
    assert (blob.frame.x, blob.frame.z) == pytest.approx((1 - 1.5 * 0.8, 10 + 1.5 * 0.64 / 0.6))
    assert hypot(blob.frame.x - 1, blob.frame.z - 10) == pytest.approx(1.5 * 4 / 3)
    assert blob.half == pytest.approx((0.2 + 1.5 * 0.8, 0.3 + 1.5 * 0.64 / 0.6))


def test_nothing_is_cast_under_clouds_or_far_away() -> None:
    clouded = StreetStage(SceneRNG(0), sunlight(sun_color=(0.0, 0.0, 0.0)))
    clouded.cast(Frame(z=10), (0.2, 0.3), 0.0, 3.0)
    far = street_stage()
    far.cast(Frame(z=66), (1, 1), 0.0, 9.0)
    far.cast(Frame(z=34), (1, 1), 0.0, 2.0)
    assert clouded.blobs == far.blobs == []
