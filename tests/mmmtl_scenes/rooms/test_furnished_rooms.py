from __future__ import annotations

import pytest

from mmmtl_scenes.engine.camera import CameraPose
from mmmtl_scenes.rooms.furnished_rooms import ROOM_KINDS, add_common_things
from mmmtl_scenes.rooms.labels import RoomLabel as Label
from mmmtl_scenes.rooms.plan import RoomPlan
from tests.utils.scenes import room_stage

MAIN = (
    {Label.BED, Label.PILLOW, Label.NIGHT_STAND},
    {Label.SOFA, Label.TABLE, Label.TELEVISION},
    {Label.DESK, Label.BOOKSHELF, Label.GARBAGE_BIN},
    {Label.CABINET, Label.COUNTER, Label.SINK, Label.REFRIGERATOR},
)
NAMES = ('bedroom', 'living room', 'office', 'kitchen')


def plan() -> RoomPlan:
    return RoomPlan.of(4.2, 4.6, 2.5, CameraPose(z=0.3))


@pytest.mark.parametrize('index', range(4), ids=NAMES)
def test_a_room_has_what_makes_it_that_room(index: int) -> None:
    complete = 0
    for seed in range(10):
        stage = room_stage(seed)
        ROOM_KINDS[index].furnish(stage, plan())
        complete += MAIN[index] <= set(stage.solids.build().label.tolist())
    assert complete >= 5


@pytest.mark.parametrize('index', range(4), ids=NAMES)
def test_only_a_bedroom_has_a_bed_and_only_a_kitchen_a_sink(index: int) -> None:
    for seed in range(6):
        stage = room_stage(seed)
        ROOM_KINDS[index].furnish(stage, plan())
        labels = set(stage.solids.build().label.tolist())
        assert index == 0 or Label.BED not in labels
        assert index == 3 or Label.SINK not in labels


def test_shares_add_up_to_one() -> None:
    assert sum(kind.share for kind in ROOM_KINDS) == pytest.approx(1)
    for kind in ROOM_KINDS:
        assert sum(share for _, share in kind.floors) == pytest.approx(1)
        assert {name for name, _ in kind.floors} <= {'boards', 'carpet', 'tiles'}


def test_an_empty_room_gets_some_furniture() -> None:
    for seed in range(4):
        stage, room = room_stage(seed), plan()
        add_common_things(stage, room)
        assert len(room.floor) >= 4
    stage, full = room_stage(), plan()
    full.floor.extend([(-9, 9, -9, 9)] * 7)
    add_common_things(stage, full)
    furniture = {Label.DRESSER, Label.BOOKSHELF, Label.WARDROBE, Label.DESK}
    assert len(full.floor) == 7
    assert not len(stage.solids) or not furniture & set(stage.solids.build().label.tolist())
