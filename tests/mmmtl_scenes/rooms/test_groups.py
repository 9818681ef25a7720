from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms import groups
from mmmtl_scenes.rooms.labels import RoomLabel as Label
from mmmtl_scenes.rooms.lamps import add_floor_lamp
from mmmtl_scenes.rooms.plan import RoomPlan
from tests.utils.scenes import arrays, room_stage, see

GROUPS = {
    'media': (groups.add_media, {Label.TV_STAND, Label.TELEVISION}),
    'armchair': (groups.add_armchair, {Label.CHAIR, Label.SOFA, Label.OTTOMAN}),
    'dresser': (groups.add_dresser, {Label.DRESSER}),
    'wardrobe': (groups.add_wardrobe, {Label.WARDROBE}),
    'shelves': (groups.add_shelves, {Label.BOOKSHELF}),
    'workplace': (groups.add_workplace, {Label.DESK}),
    'dining group': (groups.add_dining_group, {Label.TABLE}),
    'side table': (groups.add_side_table, {Label.TABLE}),
    'floor lamp': (partial(groups.add_standing, adder=add_floor_lamp, side=0.4), {Label.LAMP}),
    'floor things': (
        partial(groups.add_floor_things, count=3),
        {Label.BASKET, Label.BAG, Label.STUFFED_ANIMAL, Label.CLOTHES, Label.BOX},
    ),
}


def plan() -> RoomPlan:
    return RoomPlan.of(4.5, 5.0, 2.5, CameraPose(z=0.3))


@pytest.mark.parametrize('name', GROUPS)
def test_a_group_takes_a_place_and_stays_in_the_room(name: str) -> None:
    add, main = GROUPS[name]
    found: set[int] = set()
    for seed in range(8):
        stage, room = room_stage(seed), plan()
        add(stage, room)
        assert len(stage.solids) > 0
        assert room.floor or room.walls[0].taken
        solids = stage.solids.build()
        found |= set(solids.label.tolist())
        x, y, z = solids.center.T
        assert (np.abs(x) < 2.25 + 0.05).all()
        assert ((z > 0) & (z < 5.05)).all()
        assert ((y < 0) & (y > -2.4)).all()
    assert main & found


@pytest.mark.parametrize('name', GROUPS)
def test_the_same_seed_gives_the_same_group(name: str) -> None:
    tables = []
    for seed in (1, 1, 2):
        stage = room_stage(seed)
        GROUPS[name][0](stage, plan())
        tables.append(arrays(stage.solids.build()))
    assert tables[0] == tables[1] != tables[2]


@pytest.mark.parametrize('name', GROUPS)
def test_nothing_is_added_to_a_full_room(name: str) -> None:
    stage, room = room_stage(), plan()
    room.floor.append((-9, 9, -9, 9))
    for wall in room.walls:
        wall.taken.append((-9, 9, 0, 9))
    GROUPS[name][0](stage, room)
    assert len(stage.solids) == 0


def test_a_mat_lies_flat() -> None:
    stage = room_stage()
    groups.add_mat(stage, Frame(), (1.8, 1.2))
    seen = see(stage.solids.build(), 2.2)
    assert seen.names == {Label.FLOOR_MAT}
    assert seen.high[1] == pytest.approx(0.008, abs=1e-3)
    np.testing.assert_allclose(seen.high[[0, 2]], [0.9, 0.6], atol=seen.pixel)


def test_a_coffee_table_stands_before_the_sofa() -> None:
    for seed in range(5):
        stage, room = room_stage(seed), plan()
        groups.add_coffee_table(stage, room, Frame(0, 4.5))
        solids = stage.solids.build()
        table = solids.center[solids.label == Label.TABLE]
        assert len(table) > 2
        assert (table[:, 2] < 4.5 - 0.46 - 0.3).all()
        assert (-table[:, 1] < 0.5).all()


def test_chairs_stand_around_the_dining_table() -> None:
    chairs = 0
    for seed in range(6):
        stage = room_stage(seed)
        groups.add_dining_group(stage, plan())
        solids = stage.solids.build()
        chair = solids.center[solids.label == Label.CHAIR]
        table = solids.center[solids.label == Label.TABLE].mean(axis=0)
        chairs += len(chair) > 0
        distance = np.hypot(*(chair - table)[:, [0, 2]].T)
        assert ((distance > 0.15) & (distance < 1.6)).all()
    assert chairs >= 5
