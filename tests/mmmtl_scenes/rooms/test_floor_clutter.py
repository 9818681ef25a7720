from __future__ import annotations

from functools import partial

import pytest

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms import floor_clutter
from mmmtl_scenes.rooms.labels import RoomLabel
from tests.utils.scenes import Thing, check_labels, check_thing, room_stage, see

MISSED = frozenset({RoomLabel.UNLABELED})
THINGS = {
    'plant': Thing(
        partial(floor_clutter.add_plant, height=1.2), RoomLabel.PLANT, (1.0, 1.4, 1.0),
        frozenset({RoomLabel.FLOWER_POT}),
    ),
    'box': Thing(partial(floor_clutter.add_box, largest=0.4), RoomLabel.BOX, (0.4, 0.37, 0.4),
                 MISSED),
    'boxes': Thing(floor_clutter.add_boxes, RoomLabel.BOX, (0.8, 1.25, 0.8), MISSED),
    'basket': Thing(floor_clutter.add_basket, RoomLabel.BASKET, (0.47, 0.6, 0.44),
                    frozenset({RoomLabel.CLOTHES})),
    'bag': Thing(floor_clutter.add_bag, RoomLabel.BAG, (0.42, 0.57, 0.22), MISSED),
    'bin': Thing(floor_clutter.add_bin, RoomLabel.GARBAGE_BIN, (0.26, 0.405, 0.26)),
    'clothes': Thing(floor_clutter.add_clothes, RoomLabel.CLOTHES, (0.76, 0.23, 0.72), MISSED),
    'toy': Thing(floor_clutter.add_toy, RoomLabel.STUFFED_ANIMAL, (0.35, 0.41, 0.35)),
}  # fmt: skip


@pytest.mark.parametrize('name', THINGS)
def test_a_thing_stands_on_the_floor_in_its_place(name: str) -> None:
    check_thing(THINGS[name], lambda seed: room_stage(seed + 20))
    check_labels(THINGS[name], room_stage)


def test_the_height_of_a_box_is_given_back() -> None:
    for seed in range(3):
        stage = room_stage(seed)
        height = floor_clutter.add_box(stage, Frame(), 0.4)
        seen = see(stage.solids.build(), 0.6)
        assert seen.high[1] == pytest.approx(height + 0.003, abs=seen.pixel)


def test_a_plant_stands_in_its_pot() -> None:
    stage = room_stage()
    floor_clutter.add_plant(stage, Frame(), 1.2)
    seen = see(stage.solids.build(), 2.0)
    pot = seen.of(RoomLabel.FLOWER_POT)
    assert pot.high[1] == pytest.approx(0.36, abs=seen.pixel)
    assert seen.of(RoomLabel.PLANT).low[1] > 0.36 - seen.pixel
