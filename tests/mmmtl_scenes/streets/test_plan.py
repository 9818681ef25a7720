from __future__ import annotations

from dataclasses import replace
from math import atan, cos, hypot, sin, tan

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import STREET_OPTICS, CameraPose
from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.streets.plan import END, PARKING, StreetPlan, sample_street_plan
from tests.utils.scenes import street_plan


def test_frames_follow_the_curve() -> None:
    plan = street_plan(curvature=0.004)
    middle = plan.frame(0.0, 50.0)
    assert (middle.x, middle.z) == pytest.approx((0.004 * 50**2 / 2, 50.0))
    assert middle.yaw == pytest.approx(atan(0.004 * 50))
    aside = plan.frame(3.0, 50.0, yaw=0.2, base=0.1)
    # At a right angle to the street, 3 m to the right.
    assert hypot(aside.x - middle.x, aside.z - middle.z) == pytest.approx(3.0)
    ahead = (sin(middle.yaw), cos(middle.yaw))
    assert (aside.x - middle.x) * ahead[0] + (aside.z - middle.z) * ahead[1] == pytest.approx(0)
    assert aside.x > middle.x
    assert (aside.yaw, aside.base) == pytest.approx((middle.yaw + 0.2, 0.1))
    # Behind the camera the street is straight.
    assert (plan.frame(2.0, -3.0).x, plan.frame(2.0, -3.0).yaw) == (2.0, 0.0)


def test_a_curved_street_is_longer_than_its_z() -> None:
    plan = street_plan(curvature=0.004)
    places = [plan.frame(0, z) for z in (49.99, 50.01)]
    length = hypot(places[1].x - places[0].x, places[1].z - places[0].z)
    assert plan.stretch(50.0) == pytest.approx(length / 0.02, rel=1e-6)
    assert street_plan().stretch(50.0) == 1


def test_lanes_are_counted_from_the_middle() -> None:
    plan = street_plan(lane=3.0, lanes=2, median=4.0)
    assert (plan.inner, plan.lane_middle(1), plan.lane_middle(2)) == (2.0, 3.5, 6.5)
    tram = replace(plan, median=0.0, tram=True)
    assert (tram.inner, tram.lane_middle(1)) == (3.0, 4.5)


@pytest.mark.parametrize('lateral', [-6.0, -1.0, 4.0, 9.0])
@pytest.mark.parametrize('yaw', [-0.08, 0.0, 0.08])
def test_what_is_said_to_be_visible_is_in_the_image(lateral: float, yaw: float) -> None:
    plan = street_plan(camera=CameraPose(x=1.5, yaw=yaw), camera_lateral=1.5)
    z = plan.first_visible(lateral)
    offset = np.array([lateral - 1.5, 0.0, z]) @ plan.camera.rotation
    slope = abs(offset[0]) / offset[2]
    assert slope == pytest.approx(tan(np.radians(22)), rel=1e-6)
    assert slope < 2048 / 2 / STREET_OPTICS.focal


def test_blocks_are_what_junctions_leave() -> None:
    plan = street_plan(junctions=((30.0, 42.0), (90.0, 101.0)))
    assert plan.blocks() == [(-4.0, 30.0), (42.0, 90.0), (101.0, END)]
    assert street_plan().blocks() == [(-4.0, END)]
    assert street_plan(junctions=((-4.0, 42.0),)).blocks(-4.0, 100.0) == [(42.0, 100.0)]
    assert plan.is_free(27.9)
    assert not plan.is_free(28.1)
    assert not plan.is_free(43.0)
    assert plan.is_free(43.0, margin=0.5)
    assert not plan.is_free(32.0, margin=-1)
    assert plan.is_free(30.5, margin=-1)


def test_the_sides_of_a_street_mirror_each_other() -> None:
    left, right = street_plan().sides
    assert (left.sign, right.sign) == (-1, 1)
    assert right.lot == right.kerb + right.sidewalk


def check(plan: StreetPlan) -> None:
    first, last = plan.lane_middle(1), plan.lane_middle(plan.lanes)
    assert first - 0.4 <= plan.camera_lateral <= last + 0.4  # on the right, in a lane
    assert plan.camera.x == plan.camera_lateral
    for side in plan.sides:
        # Beside rails the outermost lane may be up to 0.3 m narrower than the others.
        outer = plan.inner + plan.lanes * plan.lane - (0.3 if plan.tram else 0)
        assert side.kerb - (PARKING if side.parking else 0) >= outer - 1e-9
        assert side.kind in ('town', 'garden', 'park', 'wall')
    assert not (plan.median and plan.tram)
    assert all(24 <= start < end < END for start, end in plan.junctions)
    if plan.junctions and plan.crossing is not None and plan.crossing < plan.junctions[0][0]:
        assert plan.crossing > 0


def test_drawn_streets_are_possible() -> None:
    plans = [sample_street_plan(SceneRNG(seed)) for seed in range(200)]
    assert sample_street_plan(SceneRNG(3)) == plans[3] != plans[4]
    for plan in plans:
        check(plan)
    curved = np.mean([plan.curvature != 0 for plan in plans])
    assert curved == pytest.approx(0.4, abs=0.1)
    assert {side.kind for plan in plans for side in plan.sides} == {
        'town',
        'garden',
        'park',
        'wall',
    }
    assert {plan.lanes for plan in plans} == {1, 2}
    assert any(plan.tram for plan in plans)
    assert any(plan.setts for plan in plans)
