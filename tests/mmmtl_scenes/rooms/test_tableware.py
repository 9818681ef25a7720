from __future__ import annotations

import pytest

from mmmtl_scenes.rooms import tableware
from mmmtl_scenes.rooms.labels import RoomLabel
from tests.utils.scenes import Thing, check_labels, check_thing, room_stage

MISSED = frozenset({RoomLabel.UNLABELED})
THINGS = {
    'books': Thing(tableware.add_books, RoomLabel.BOOKS, (0.36, 0.225, 0.4), MISSED),
    'cup': Thing(tableware.add_cup, RoomLabel.CUP, (0.14, 0.115, 0.1), MISSED),
    'bottle': Thing(tableware.add_bottle, RoomLabel.BOTTLE, (0.1, 0.315, 0.1), MISSED),
    'bowl': Thing(
        tableware.add_bowl, RoomLabel.BOWL, (0.34, 0.22, 0.34), frozenset({RoomLabel.FRUIT})
    ),
    'plate': Thing(tableware.add_plate, RoomLabel.PLATE, (0.27, 0.021, 0.27), MISSED),
    'paper': Thing(tableware.add_paper, RoomLabel.PAPER, (0.45, 0.01, 0.45), MISSED),
    'vase': Thing(
        tableware.add_vase, RoomLabel.VASE, (0.34, 0.61, 0.34), frozenset({RoomLabel.FLOWER})
    ),
}


@pytest.mark.parametrize('name', THINGS)
def test_a_thing_stands_in_its_place(name: str) -> None:
    check_thing(THINGS[name], lambda seed: room_stage(seed + 20))


@pytest.mark.parametrize('name', THINGS)
def test_a_small_thing_is_now_and_then_missed_by_the_annotator(name: str) -> None:
    check_labels(THINGS[name], room_stage)
