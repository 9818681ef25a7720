from __future__ import annotations

from functools import partial

import pytest

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.tables import add_desk, add_table, add_tripod_table
from tests.utils.scenes import Thing, check_thing, room_stage, see

WOOD = (0.6, 0.4, 0.3)
TABLES = {
    'table': Thing(
        partial(add_table, size=(1.6, 0.75, 0.9), color=WOOD), RoomLabel.TABLE, (1.6, 0.75, 0.9)
    ),
    'round table': Thing(
        partial(add_table, size=(1.1, 0.75, 1.1), color=WOOD, round_=True),
        RoomLabel.TABLE,
        (1.1, 0.75, 1.1),
    ),
    'desk': Thing(partial(add_desk, width=1.4, depth=0.7), RoomLabel.DESK, (1.4, 0.74, 0.7)),
    'tripod table': Thing(
        partial(add_tripod_table, height=0.55), RoomLabel.TABLE, (0.5, 0.56, 0.5)
    ),
}


@pytest.mark.parametrize('name', TABLES)
def test_a_table_stands_in_its_place_and_has_one_label(name: str) -> None:
    check_thing(TABLES[name], room_stage)


@pytest.mark.parametrize('name', TABLES)
def test_the_top_is_level_and_covers_the_place(name: str) -> None:
    width, height, depth = TABLES[name].size
    stage = room_stage()
    TABLES[name].add(stage, Frame())
    seen = see(stage.solids.build(), 2.0)
    top = seen.points[np_close(seen.points[:, 1], height)]
    share = 1 if name in ('table', 'desk') else 3.14159 / 4
    # Seen from above; the rims that the sides show are too few to count.
    assert len(top) * seen.pixel**2 == pytest.approx(share * width * depth, rel=0.2)


def np_close(values, wanted):  # type: ignore[no-untyped-def]
    return abs(values - wanted) < 0.012
