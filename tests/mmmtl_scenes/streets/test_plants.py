from __future__ import annotations

from functools import partial

import pytest

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets import plants
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.stage import StreetStage
from tests.utils.scenes import Thing, check_thing, see, street_stage


def add_tree(stage: StreetStage, frame: Frame) -> None:
    plants.add_tree(stage, frame, 8.0, plants.pick_foliage(stage))


GREEN = LabelId.VEGETATION
PLANTS = {
    'tree': Thing(add_tree, GREEN, (7.0, 8.6, 7.0)),
    'conifer': Thing(partial(plants.add_conifer, height=8.0), GREEN, (3.6, 9.0, 3.6)),
    'bush': Thing(partial(plants.add_bush, size=1.2), GREEN, (2.8, 1.3, 2.8)),
    'hedge': Thing(partial(plants.add_hedge, length=6.0, height=1.4), GREEN, (1.0, 1.75, 7.0)),
}


@pytest.mark.parametrize('name', PLANTS)
def test_a_plant_stands_in_its_place(name: str) -> None:
    check_thing(PLANTS[name], street_stage)


def test_there_is_only_the_trunk_below_the_crown() -> None:
    for seed in range(3):
        stage = street_stage(seed)
        plants.add_tree(stage, Frame(), 8.0, plants.pick_foliage(stage), clear=0.4)
        seen = see(stage.solids.build(), 12.0)
        low = seen.points[seen.points[:, 1] < 2.2]
        high = seen.points[seen.points[:, 1] > 4.0]
        assert abs(low[:, 0]).max() < 0.4 < 1.0 < abs(high[:, 0]).max()


@pytest.mark.parametrize('name', PLANTS)
def test_far_plants_are_simpler(name: str) -> None:
    near, far = street_stage(), street_stage()
    far.detailed = -10.0
    for stage in (near, far):
        PLANTS[name].add(stage, Frame())
    assert 0 < len(far.solids) < len(near.solids)


def test_foliage_is_two_colours_and_a_share() -> None:
    stage = street_stage()
    for _ in range(50):
        first, second, share = plants.pick_foliage(stage)
        assert all(0 <= channel <= 1 for channel in (*first, *second))
        assert 0 <= share <= 0.35
