from __future__ import annotations

from functools import partial

import pytest

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.seats import add_chair, add_office_chair, add_ottoman, add_sofa
from tests.utils.scenes import Thing, check_labels, check_thing, room_stage, see

CUSHIONS = frozenset({RoomLabel.PILLOW})
SEATS = {
    'sofa': Thing(
        partial(add_sofa, width=2.0), RoomLabel.SOFA, (2.05, 1.0, 0.98),
        CUSHIONS | {RoomLabel.BLANKET}, floats=0.06,
    ),
    'armchair': Thing(
        partial(add_sofa, width=0.92, label=RoomLabel.CHAIR), RoomLabel.CHAIR, (0.97, 1.0, 0.98),
        CUSHIONS, floats=0.06,
    ),
    'chair': Thing(partial(add_chair, color=(0.5, 0.3, 0.2)), RoomLabel.CHAIR, (0.5, 1.05, 0.5)),
    'office chair': Thing(add_office_chair, RoomLabel.CHAIR, (0.74, 1.3, 0.74)),
    'ottoman': Thing(add_ottoman, RoomLabel.OTTOMAN, (0.65, 0.45, 0.6)),
}  # fmt: skip


@pytest.mark.parametrize('name', SEATS)
def test_a_seat_stands_in_its_place(name: str) -> None:
    check_thing(SEATS[name], room_stage)
    check_labels(SEATS[name], room_stage)


@pytest.mark.parametrize('name', ['sofa', 'armchair', 'chair', 'office chair'])
def test_the_back_is_behind(name: str) -> None:
    for seed in range(3):
        stage = room_stage(seed)
        SEATS[name].add(stage, Frame())
        seen = see(stage.solids.build(), 2.4).of(SEATS[name].label)
        high = seen.points[seen.points[:, 1] > 0.75]
        assert len(high)
        assert high[:, 2].min() > 0
