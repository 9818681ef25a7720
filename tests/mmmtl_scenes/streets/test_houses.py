from __future__ import annotations

import pytest

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets import houses
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.stage import StreetStage
from tests.utils.scenes import Thing, check_thing, see, street_stage


def add_town_house(stage: StreetStage, frame: Frame) -> None:
    houses.add_town_house(stage, frame.at(-5.0, 0), (12.0, 10.0), 2, shops=True)


def add_detached_house(stage: StreetStage, frame: Frame) -> None:
    houses.add_detached_house(stage, frame.at(-5.0, 0), (9.0, 10.0))


def add_block(stage: StreetStage, frame: Frame) -> None:
    houses.add_block(stage, frame, (12.0, 9.0, 10.0))


HOUSES = {
    'town house': Thing(add_town_house, LabelId.BUILDING, (12.8, 16.0, 12.1)),
    'detached house': Thing(add_detached_house, LabelId.BUILDING, (10.9, 15.0, 9.9)),
    'block': Thing(add_block, LabelId.BUILDING, (12.5, 12.6, 10.5)),
}


@pytest.mark.parametrize('name', HOUSES)
def test_a_house_stands_in_its_place(name: str) -> None:
    check_thing(HOUSES[name], street_stage)


@pytest.mark.parametrize('shops', [False, True])
def test_the_height_at_the_eaves_is_given_back(shops: bool) -> None:
    for seed in range(4):
        stage = street_stage(seed)
        height = houses.add_town_house(stage, Frame(), (12.0, 10.0), 2, shops)
        solids = stage.solids.build()
        assert 2 * solids.half[0, 1] == pytest.approx(height)
        storey, ground = solids.params[0, 0], solids.params[0, 4]
        assert height == pytest.approx(ground + 2 * storey + 0.55, rel=1e-5)


def test_a_front_looks_at_the_street() -> None:
    stage = street_stage()
    houses.add_town_house(stage, Frame(), (12.0, 10.0), 3, shops=False)
    seen = see(stage.solids.build(), 30.0)
    # Balconies and cornices stand out of the front by less than a sidewalk.
    assert -1.3 < seen.low[0] < seen.pixel
    assert seen.high[0] > 10.0 - seen.pixel


def test_a_house_has_a_ground_floor_below_its_storeys() -> None:
    stage = street_stage()
    height = houses.add_town_house(stage, Frame(), (12.0, 10.0), 0, shops=False)
    assert 2.9 < height < 4.5
