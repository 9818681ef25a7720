from __future__ import annotations

from functools import partial

import pytest

from mmmtl_scenes.engine.camera import CameraPose
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.lamps import add_ceiling_lamp, add_floor_lamp, add_table_lamp
from mmmtl_scenes.rooms.plan import RoomPlan
from tests.utils.scenes import Thing, check_thing, room_stage

LAMPS = {
    'table lamp': Thing(add_table_lamp, RoomLabel.LAMP, (0.33, 0.6, 0.33)),
    'floor lamp': Thing(add_floor_lamp, RoomLabel.LAMP, (0.46, 1.76, 0.46)),
}


@pytest.mark.parametrize('name', LAMPS)
@pytest.mark.parametrize('night', [False, True])
def test_a_lamp_stands_in_its_place(name: str, night: bool) -> None:
    check_thing(LAMPS[name], partial(room_stage, night=night))


@pytest.mark.parametrize('name', LAMPS)
def test_a_lamp_shines_at_night_only_from_its_shade(name: str) -> None:
    lit = 0
    for seed in range(40):
        day, night = room_stage(seed), room_stage(seed, night=True)
        for stage in (day, night):
            LAMPS[name].add(stage, Frame(1.0, 2.0, base=0.5))
        assert not day.sources
        for source in night.sources:
            lit += 1
            x, y, z = source.position
            assert (x, z) == (1.0, 2.0)
            assert 0.5 + 0.6 * 0.4 < -y < 0.5 + LAMPS[name].size[1]
            assert source.color[0] > source.color[1] > source.color[2]  # warm light
            assert night.solids.build().params[:, 0].max() == pytest.approx(2.2)
    assert 24 <= lit <= 39  # four of five


def test_a_ceiling_lamp_hangs_from_the_ceiling() -> None:
    plan = RoomPlan.of(4.0, 5.0, 2.5, CameraPose())
    for seed in range(12):
        stage = room_stage(seed, night=True)
        add_ceiling_lamp(stage, plan)
        solids = stage.solids.build()
        assert set(solids.label.tolist()) == {RoomLabel.LIGHT}
        height, half = -solids.center[:, 1], solids.half[:, 1]
        assert (height + half).max() == pytest.approx(2.5)
        assert (height - half).min() > 1.6
        assert len(stage.sources) == 1
        assert 1.6 < -stage.sources[0].position[1] < 2.5
