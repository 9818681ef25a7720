from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose, PinholeCamera
from mmmtl_scenes.engine.ray_casting import cast_rays
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.plan import RIGHT_WALL, RoomPlan
from mmmtl_scenes.rooms.shell import add_door, add_shell
from mmmtl_scenes.rooms.stage import RoomStage
from mmmtl_scenes.rooms.windows import Opening
from tests.utils.scenes import arrays, room_stage


def around(stage: RoomStage) -> tuple[np.ndarray, np.ndarray]:
    """Looks from the middle of a room of 4 x 5 m to all sides; gives labels and depths."""
    solids, labels, depths = stage.solids.build(), [], []
    views = [(yaw, 0.0) for yaw in (0, np.pi / 2, np.pi, -np.pi / 2)]
    for yaw, pitch in (*views, (0.0, np.pi / 2), (0.0, -np.pi / 2)):
        pose = CameraPose(0, 1.2, 2.5, yaw, pitch)
        hits = cast_rays(solids.seen_from(pose), PinholeCamera(65, 65, 32.0, pose))
        labels.append(np.where(hits.solid >= 0, solids.label[hits.solid], 999))
        depths.append(hits.depth)
    return np.array(labels), np.array(depths)


@pytest.mark.parametrize('floors', ['boards', 'tiles', 'carpet'])
def test_a_room_is_closed_and_as_large_as_planned(floors: str) -> None:
    for seed in range(3):
        stage, plan = room_stage(seed), RoomPlan.of(4.0, 5.0, 2.5, CameraPose())
        color = add_shell(stage, plan, [], floors)
        assert all(0 <= channel <= 1 for channel in color)
        labels, depths = around(stage)
        assert set(np.unique(labels)) == {RoomLabel.WALL, RoomLabel.FLOOR, RoomLabel.CEILING}
        np.testing.assert_allclose(depths[:, 32, 32], [2.5, 2.0, 2.5, 2.0, 1.2, 1.3], rtol=1e-5)
        assert (labels[4, 10:-10, 10:-10] == RoomLabel.FLOOR).all()
        assert (labels[5, 10:-10, 10:-10] == RoomLabel.CEILING).all()


def test_a_wall_is_open_where_its_window_is() -> None:
    stage, plan = room_stage(), RoomPlan.of(4.0, 5.0, 2.5, CameraPose())
    frame = plan.walls[RIGHT_WALL].frame.at(0, 0, base=0.7)
    add_shell(stage, plan, [Opening(RIGHT_WALL, frame, 0.0, 1.0, 1.0)], 'boards')
    labels, _ = around(stage)
    # At 2 m and a focal length of 32 pixels, 1 m are 16 pixels; the window reaches from 0.5 m
    # below the camera to 0.5 m above it. The deep reveal hides nothing of its middle.
    hole = labels[1] == 999
    assert hole[32 - 6 : 32 + 7, 32 - 6 : 32 + 7].all()
    assert hole.sum() <= 17 * 17
    assert not (labels[[0, 2, 3]] == 999).any()


def test_the_same_seed_gives_the_same_room() -> None:
    tables = []
    for seed in (1, 1, 2):
        stage = room_stage(seed)
        add_shell(stage, RoomPlan.of(4.0, 5.0, 2.5, CameraPose()), [], 'tiles')
        tables.append(arrays(stage.solids.build()))
    assert tables[0] == tables[1] != tables[2]


def test_a_door_stands_at_a_wall_and_takes_its_place() -> None:
    stage, plan = room_stage(), RoomPlan.of(4.0, 5.0, 2.5, CameraPose(z=0.3))
    add_door(stage, plan)
    solids = stage.solids.build()
    assert (solids.label == RoomLabel.DOOR).all()
    height, half = -solids.center[:, 1], solids.half[:, 1]
    assert (height - half).min() == pytest.approx(0)
    assert (height + half).max() == pytest.approx(2.07)
    ((left, right, _, high),) = [spot for wall in plan.walls for spot in wall.taken]
    assert right - left > 0.84 + 0.14
    assert high == pytest.approx(2.08)


def test_no_door_is_added_where_none_fits() -> None:
    stage, plan = room_stage(), RoomPlan.of(4.0, 5.0, 2.5, CameraPose(z=0.3))
    for wall in plan.walls:
        wall.taken.append((-9, 9, 0, 2.5))
    add_door(stage, plan)
    assert len(stage.solids) == 0
