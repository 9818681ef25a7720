from __future__ import annotations

from math import cos, hypot, pi, sin

import pytest

from mmmtl_scenes.engine.camera import KINECT_OPTICS, CameraPose
from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.plan import LEFT_WALL, RoomPlan, sample_room_plan

EMPTY = (4.0, 5.0, 2.5, CameraPose(x=0.5, z=0.4, yaw=-0.1))


def overlaps(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    return (
        min(first[1], second[1]) - max(first[0], second[0]) > 2e-3
        and min(first[3], second[3]) - max(first[2], second[2]) > 2e-3
    )


def test_walls_bound_the_room_and_look_outward() -> None:
    plan = RoomPlan.of(*EMPTY)
    feet = [(wall.frame.x, wall.frame.z) for wall in plan.walls]
    assert feet == [(0, 5.0), (-2.0, 2.5), (2.0, 2.5), (0, 0)]
    for wall, (x, z) in zip(plan.walls, ((0, 1), (-1, 0), (1, 0), (0, -1)), strict=True):
        assert (sin(wall.frame.yaw), cos(wall.frame.yaw)) == pytest.approx((x, z), abs=1e-9)
    assert [wall.length for wall in plan.walls] == [4.0, 5.0, 5.0, 4.0]


def test_places_lie_in_the_room_apart_and_away_from_the_camera() -> None:
    for seed in range(20):
        plan, rng = RoomPlan.of(*EMPTY), SceneRNG(seed)
        for _ in range(6):
            plan.stand(rng, (0.8, 1.0, 0.5))
            plan.place(rng, 0.5, 0.7, rng.uniform(-1, 1))
        assert len(plan.floor) > 3
        for i, spot in enumerate(plan.floor):
            assert spot[0] >= -2
            assert spot[1] <= 2
            assert spot[2] >= 0
            assert spot[3] <= 5
            assert not any(overlaps(spot, other) for other in plan.floor[:i])
            near_x, near_z = min(max(0.5, spot[0]), spot[1]), min(max(0.4, spot[2]), spot[3])
            assert hypot(near_x - 0.5, near_z - 0.4) >= 0.8


def test_what_stands_at_a_wall_has_its_back_to_it() -> None:
    plan = RoomPlan.of(*EMPTY)
    frame = plan.stand(SceneRNG(1), (0.8, 1.0, 0.5), walls=(LEFT_WALL,), before=0.6)
    assert frame is not None
    assert frame.yaw == -pi / 2
    assert frame.x == pytest.approx(-2 + 0.25 + 0.02)
    # What is to stay free in front is taken as well: 0.5 + 0.6 m from the wall on.
    (spot,) = plan.floor
    assert (spot[0], spot[1]) == pytest.approx((-2 + 0.02, -2 + 0.02 + 1.1))
    assert spot[3] - spot[2] == pytest.approx(0.8)
    ((left, right, low, high),) = plan.walls[LEFT_WALL].taken
    assert (left, right, low, high) == pytest.approx((spot[2] - 2.5, spot[3] - 2.5, 0.0, 1.0))


def test_what_hangs_keeps_apart_from_what_stands_before_the_wall() -> None:
    for seed in range(10):
        plan, rng = RoomPlan.of(*EMPTY), SceneRNG(seed)
        plan.stand(rng, (1.5, 1.8, 0.4))
        for _ in range(8):
            frame = plan.hang(rng, (0.6, 0.5), (1.0, 1.6))
            if frame is not None:
                assert 1.0 <= frame.base <= 1.6
                assert plan.sees(frame.x, frame.z)
        for wall in plan.walls:
            for i, spot in enumerate(wall.taken):
                assert not any(overlaps(spot, other) for other in wall.taken[:i])


def test_what_does_not_fit_finds_no_place() -> None:
    plan, rng = RoomPlan.of(*EMPTY), SceneRNG(0)
    assert plan.stand(rng, (6.0, 1.0, 0.5)) is None
    assert plan.hang(rng, (0.5, 2.0), (1.0, 1.2)) is None
    assert plan.place(rng, 3.9, 4.9) is None
    assert plan.floor == []
    assert all(wall.taken == [] for wall in plan.walls)


def test_a_place_out_of_view_is_taken_only_on_request() -> None:
    plan = RoomPlan.of(4.0, 5.0, 2.5, CameraPose(x=-1, z=2.0))
    aside = Frame(1.5, 2.2)
    assert not plan.sees(aside.x, aside.z)
    assert not plan.take(aside, 0.4, 0.4)
    assert plan.take(aside, 0.4, 0.4, hidden=True)
    assert not plan.take(aside, 0.4, 0.4, hidden=True)


def test_the_view_is_about_that_of_the_camera() -> None:
    plan = RoomPlan.of(8.0, 9.0, 2.5, CameraPose(x=0.5, z=0.4, yaw=0.3))
    half = 640 / 2 / KINECT_OPTICS.focal
    for share, seen in ((0.9, True), (-0.9, True), (1.2, False), (-1.2, False)):
        ahead, aside = 4.0, 4.0 * half * share
        x = 0.5 + ahead * sin(0.3) + aside * cos(0.3)
        z = 0.4 + ahead * cos(0.3) - aside * sin(0.3)
        assert plan.sees(x, z) == seen
    assert not plan.sees(0.5 - 2 * sin(0.3), 0.4 - 2 * cos(0.3))  # behind the camera


@pytest.mark.parametrize('large', [False, True])
def test_a_drawn_camera_stands_in_the_room_and_sees_its_middle(large: bool) -> None:
    plans = [sample_room_plan(SceneRNG(seed), large) for seed in range(60)]
    assert sample_room_plan(SceneRNG(3), large) == plans[3] != plans[4]
    for plan in plans:
        assert abs(plan.camera.x) <= plan.width / 2 - 0.85 + 1e-9
        assert 0.2 <= plan.camera.z < plan.length / 2
        assert 1.2 <= plan.camera.height <= 1.7 < plan.height
        assert plan.sees(0.0, 0.8 * plan.length)
        assert plan.floor == []
    areas = [plan.width * plan.length for plan in plans]
    assert (sum(areas) / len(areas) > 15) == large
