from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets.labels import LabelId, Limb
from mmmtl_scenes.streets.people import add_person, add_rider
from tests.utils.scenes import Thing, check_thing, see, street_stage

PEOPLE = {
    'person': Thing(add_person, LabelId.PERSON, (0.9, 2.0, 1.1)),
    'rider': Thing(
        partial(add_rider, seat=0.9), LabelId.RIDER, (0.75, 2.0, 1.2), floats=0.42
    ),
}  # fmt: skip


@pytest.mark.parametrize('name', PEOPLE)
def test_people_have_one_label_and_the_size_of_people(name: str) -> None:
    check_thing(PEOPLE[name], street_stage)


def test_people_are_as_tall_as_people() -> None:
    heights = []
    for seed in range(25):
        stage = street_stage(seed)
        add_person(stage, Frame())
        heights.append(see(stage.solids.build(), 2.6).high[1])
    assert 1.15 < min(heights) < 1.5  # children
    assert 1.8 < max(heights) < 1.95
    assert 1.6 < np.median(heights) < 1.85


@pytest.mark.parametrize(('helmet', 'added'), [(True, 1), (False, 0)])
def test_a_helmet_is_worn_on_request(helmet: bool, added: int) -> None:
    stage, other = street_stage(), street_stage()
    add_rider(stage, Frame(), 0.9, helmet)
    add_rider(other, Frame(), 0.9, False)
    assert len(stage.solids) - len(other.solids) == added


def test_a_person_casts_a_shadow_and_darkens_the_ground() -> None:
    stage = street_stage()
    add_person(stage, Frame(1, 8))
    assert len(stage.blobs) == 2
    assert stage.blobs[0].frame == Frame(1, 8)


@pytest.mark.parametrize('name', PEOPLE)
def test_people_have_all_limbs_and_what_comes_after_them_has_none(name: str) -> None:
    stage = street_stage()
    PEOPLE[name].add(stage, Frame(z=6))
    solids = stage.solids
    assert set(solids.build().part.tolist()) == set(Limb) - {Limb.NONE}
    assert solids.part == Limb.NONE
