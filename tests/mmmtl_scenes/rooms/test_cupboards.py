from __future__ import annotations

from functools import partial

import pytest

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms import cupboards
from mmmtl_scenes.rooms.labels import RoomLabel
from tests.utils.scenes import Thing, check_labels, check_thing, room_stage, see

ON_SHELVES = frozenset({RoomLabel.BOOKS, RoomLabel.BOX, RoomLabel.VASE})
KITCHEN = frozenset({RoomLabel.COUNTER, RoomLabel.SINK, RoomLabel.STOVE})
THINGS = {
    'dresser': Thing(
        partial(cupboards.add_cupboard, size=(1.2, 0.9, 0.45), label=RoomLabel.DRESSER,
                fronts=(2, 3)),
        RoomLabel.DRESSER, (1.24, 0.9, 0.46),
    ),
    'bookshelf': Thing(
        partial(cupboards.add_bookshelf, size=(1.0, 1.5, 0.3)), RoomLabel.BOOKSHELF,
        (1.0, 1.52, 0.32), ON_SHELVES,
    ),
    'kitchen': Thing(
        partial(cupboards.add_kitchen, width=2.0, upper=True), RoomLabel.CABINET, (2.04, 2.2, 0.72),
        KITCHEN,
    ),
    'refrigerator': Thing(
        partial(cupboards.add_refrigerator, size=(0.7, 1.7, 0.65)), RoomLabel.REFRIGERATOR,
        (0.7, 1.7, 0.72),
    ),
}  # fmt: skip


@pytest.mark.parametrize('name', THINGS)
def test_a_cupboard_stands_in_its_place(name: str) -> None:
    check_thing(THINGS[name], room_stage)
    check_labels(THINGS[name], room_stage, range(30))


def test_a_wall_shelf_hangs_before_the_wall() -> None:
    stage = room_stage()
    cupboards.add_wall_shelf(stage, Frame(), 1.0)
    seen = see(stage.solids.build(), 1.5)
    assert RoomLabel.SHELVES in seen.names <= {RoomLabel.SHELVES, *ON_SHELVES}
    board = seen.of(RoomLabel.SHELVES)
    assert board.low[2] == pytest.approx(-0.22, abs=seen.pixel)
    assert seen.high[2] < seen.pixel
    assert (seen.of(*ON_SHELVES).points[:, 1] > 0.03 - seen.pixel).all()


def test_a_narrow_kitchen_has_no_stove_and_without_upper_cabinets_it_is_a_counter_high() -> None:
    for seed in range(5):
        stage = room_stage(seed)
        cupboards.add_kitchen(stage, Frame(), 1.4, upper=False)
        seen = see(stage.solids.build(), 2.0)
        assert RoomLabel.STOVE not in seen.names
        assert seen.of(RoomLabel.CABINET, RoomLabel.COUNTER).high[1] < 0.98 + seen.pixel


@pytest.mark.parametrize('filled', [0.0, 1.0])
def test_a_row_on_a_shelf_stays_in_its_space(filled: float) -> None:
    stage = room_stage(3)
    cupboards.add_shelf_row(stage, Frame(), (1.0, 0.3, 0.25), 0.5, filled)
    if not filled:
        assert len(stage.solids) == 0
        return
    seen = see(stage.solids.build(), 2.0)
    assert seen.low[1] == pytest.approx(0.5, abs=seen.pixel)
    assert seen.high[1] < 0.8
    assert seen.low[0] == pytest.approx(-0.5, abs=0.05)
    assert seen.high[0] == pytest.approx(0.5, abs=0.15)
