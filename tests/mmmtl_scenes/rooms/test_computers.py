from __future__ import annotations

import pytest

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.computers import add_laptop, add_monitor
from mmmtl_scenes.rooms.labels import RoomLabel
from tests.utils.scenes import Thing, check_labels, check_thing, room_stage, see

COMPUTERS = {
    'laptop': Thing(add_laptop, RoomLabel.LAPTOP, (0.34, 0.24, 0.36)),
    'monitor': Thing(
        add_monitor, RoomLabel.MONITOR, (0.62, 0.49, 0.6), frozenset({RoomLabel.KEYBOARD})
    ),
}


@pytest.mark.parametrize('name', COMPUTERS)
def test_a_computer_stands_in_its_place(name: str) -> None:
    check_thing(COMPUTERS[name], room_stage)
    check_labels(COMPUTERS[name], room_stage)


def test_the_keyboard_lies_before_the_monitor() -> None:
    stage = room_stage()
    add_monitor(stage, Frame())
    seen = see(stage.solids.build(), 0.8)
    keyboard, monitor = seen.of(RoomLabel.KEYBOARD), seen.of(RoomLabel.MONITOR)
    assert keyboard.high[2] < monitor.low[2]
    assert keyboard.high[1] < 0.03 < monitor.high[1]
