from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms import wall_hangings
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.plan import RoomPlan
from tests.utils.scenes import Thing, check_thing, room_stage, see

HANGINGS = {
    'picture': Thing(partial(wall_hangings.add_picture, width=0.6, height=0.4), RoomLabel.PICTURE,
                     (0.6, 0.4, 0.06)),
    'mirror': Thing(partial(wall_hangings.add_mirror, width=0.5, height=0.9), RoomLabel.MIRROR,
                    (0.5, 0.9, 0.06)),
    'clock': Thing(wall_hangings.add_clock, RoomLabel.CLOCK, (0.3, 0.3, 0.08)),
    'television': Thing(partial(wall_hangings.add_television, width=1.0, stands=False),
                        RoomLabel.TELEVISION, (1.0, 0.58, 0.13)),
    'whiteboard': Thing(partial(wall_hangings.add_whiteboard, width=1.5), RoomLabel.WHITEBOARD,
                        (1.5, 1.0, 0.16)),
    'radiator': Thing(partial(wall_hangings.add_radiator, width=0.9), RoomLabel.RADIATOR,
                      (0.9, 0.68, 0.26), floats=0.12),
}  # fmt: skip


@pytest.mark.parametrize('name', HANGINGS)
def test_it_hangs_in_its_place(name: str) -> None:
    check_thing(HANGINGS[name], room_stage)


@pytest.mark.parametrize('name', HANGINGS)
def test_it_hangs_before_the_wall_and_not_in_it(name: str) -> None:
    stage = room_stage()
    HANGINGS[name].add(stage, Frame())
    seen = see(stage.solids.build(), 2.0)
    assert seen.high[2] < 1e-3 + (0.005 if name == 'television' else 0)
    assert seen.low[2] > -0.14


def test_a_television_that_stands_has_a_foot() -> None:
    stage = room_stage()
    wall_hangings.add_television(stage, Frame(), 1.0, stands=True)
    seen = see(stage.solids.build(), 1.5)
    assert seen.low[1] < seen.pixel
    assert seen.high[1] == pytest.approx(0.06 + 0.58, abs=seen.pixel)


def test_pictures_hang_on_walls_beside_each_other() -> None:
    stage, plan = room_stage(5), RoomPlan.of(4.0, 5.0, 2.5, CameraPose(z=0.3))
    wall_hangings.add_pictures(stage, plan, 8)
    taken = [spot for wall in plan.walls for spot in wall.taken]
    assert len(stage.solids) >= len(taken) > 2
    solids = stage.solids.build()
    assert set(solids.label.tolist()) == {RoomLabel.PICTURE}
    x, y, z = solids.center.T
    on_wall = np.minimum(np.abs(np.abs(x) - 2.0), np.abs(z - 5.0))
    np.testing.assert_allclose(on_wall, 0.015, atol=1e-9)
    assert ((-y > 1.15) & (-y < 2.4)).all()
