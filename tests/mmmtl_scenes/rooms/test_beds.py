from __future__ import annotations

import pytest

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.beds import add_bed
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.stage import RoomStage
from tests.utils.scenes import Thing, check_labels, check_thing, room_stage, see

WITH = frozenset({RoomLabel.PILLOW, RoomLabel.HEADBOARD, RoomLabel.BLANKET})


def bed(width: float) -> Thing:
    def add(stage: RoomStage, frame: Frame) -> None:
        add_bed(stage, frame, width, 2.0)

    # A frame without valance and boards is 6 cm above the floor: its legs are not seen.
    return Thing(add, RoomLabel.BED, (width + 0.14, 1.25, 2.2), WITH, floats=0.06)


@pytest.mark.parametrize('width', [0.95, 1.8])
def test_a_bed_stands_in_its_place_with_what_lies_on_it(width: float) -> None:
    check_thing(bed(width), room_stage)
    check_labels(bed(width), room_stage)


def test_the_head_is_at_the_back() -> None:
    for seed in range(4):
        stage = room_stage(seed)
        add_bed(stage, Frame(), 1.4, 2.0)
        seen = see(stage.solids.build(), 3.0)
        assert seen.of(RoomLabel.PILLOW).points[:, 2].mean() > 0.4
        headboard = seen.of(RoomLabel.HEADBOARD)
        assert not len(headboard.labels) or headboard.low[2] > 0.9
