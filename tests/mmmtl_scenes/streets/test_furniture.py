from __future__ import annotations

from functools import partial

import pytest

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets import furniture
from mmmtl_scenes.streets.labels import LabelId
from tests.utils.scenes import Thing, check_labels, check_thing, see, street_stage

POLE = frozenset({LabelId.POLE})
THINGS = {
    'sign': Thing(furniture.add_sign, LabelId.TRAFFIC_SIGN, (1.32, 3.12, 0.6), POLE),
    'board': Thing(furniture.add_direction_board, LabelId.TRAFFIC_SIGN, (2.62, 3.3, 0.24), POLE),
    'lamp': Thing(partial(furniture.add_lamp, reach=1.5), LabelId.POLE, (3.8, 8.0, 0.34)),
    'signal': Thing(furniture.add_traffic_light, LabelId.TRAFFIC_LIGHT, (0.34, 3.3, 0.72), POLE),
    'bollards': Thing(partial(furniture.add_bollards, count=3), LabelId.POLE, (0.2, 0.95, 7.6)),
    'bin': Thing(furniture.add_bin, LabelId.STATIC, (1.2, 1.42, 0.74)),
    'fence': Thing(partial(furniture.add_fence, length=6.0), LabelId.FENCE, (0.1, 1.59, 6.1)),
    'wall': Thing(
        partial(furniture.add_wall, length=6.0, height=1.5), LabelId.WALL, (0.5, 1.6, 6.11)
    ),
}


@pytest.mark.parametrize('name', [name for name in THINGS if name != 'bollards'])
def test_it_stands_in_its_place(name: str) -> None:
    check_thing(THINGS[name], street_stage)
    check_labels(THINGS[name], street_stage, range(20))


def test_bollards_stand_in_a_row_along_the_street() -> None:
    stage = street_stage()
    furniture.add_bollards(stage, Frame(2.0, 10.0), 4)
    solids = stage.solids.build()
    assert solids.label.tolist() == [LabelId.POLE] * 4
    assert solids.center[:, 0] == pytest.approx([2.0] * 4)
    assert solids.center[:, 2] == pytest.approx([10.0, 11.8, 13.6, 15.4])


def test_an_arm_carries_a_second_head_over_the_street() -> None:
    for arm in (-3.0, 3.0):
        stage = street_stage()
        furniture.add_traffic_light(stage, Frame(), arm)
        solids = stage.solids.build()
        heads = solids.center[solids.label == LabelId.TRAFFIC_LIGHT]
        assert heads[:, 0] == pytest.approx([0, arm])
        assert -heads[1, 1] > 4.5  # high above the cars
        lit = solids.params[solids.label == LabelId.TRAFFIC_LIGHT, 0]
        assert lit[0] == lit[1]
        assert lit[0] in (0, 1, 2)


def test_a_lamp_reaches_over_the_street() -> None:
    for reach in (-2.0, 2.0):
        stage = street_stage()
        furniture.add_lamp(stage, Frame(), reach)
        seen = see(stage.solids.build(), 18.0)
        high = seen.points[seen.points[:, 1] > 5.2]
        assert (high[:, 0] / reach).max() > 1.1
        assert (high[:, 0] / reach).min() > -0.15


def test_things_without_detail_have_fewer_solids() -> None:
    near, far = street_stage(), street_stage()
    far.detailed = 0.0
    for stage in (near, far):
        furniture.add_fence(stage, Frame(z=10), 6.0)
    assert len(far.solids) == 1 < len(near.solids)
