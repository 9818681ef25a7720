from __future__ import annotations

import pytest

from mmmtl_scenes.engine.camera import STREET_OPTICS
from mmmtl_scenes.engine.ray_casting import cast_rays
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.life import populate
from tests.utils.scenes import arrays, street_plan, street_stage

SETS = {
    'person': {LabelId.PERSON, LabelId.RIDER},
    'object': {LabelId.POLE, LabelId.TRAFFIC_SIGN, LabelId.TRAFFIC_LIGHT},
    'plant': {LabelId.VEGETATION},
    'vehicle': {LabelId.CAR, LabelId.BUS, LabelId.TRUCK, LabelId.BICYCLE, LabelId.MOTORCYCLE},
}


def test_something_of_everything_is_in_view() -> None:
    counts = dict.fromkeys(SETS, 0)
    for seed in range(10):
        stage, plan = street_stage(seed), street_plan()
        populate(stage, plan)
        solids = stage.solids.build().seen_from(plan.camera)
        hits = cast_rays(solids, STREET_OPTICS.camera((64, 128), plan.camera))
        seen = set(solids.label[hits.solid[hits.solid >= 0]].tolist())
        for name, labels in SETS.items():
            counts[name] += bool(labels & seen)
    assert min(counts.values()) >= 9


def test_no_object_is_nearer_than_the_disparity_format_can_say() -> None:
    for seed in range(10):
        stage, plan = street_stage(seed), street_plan()
        populate(stage, plan)
        hits = cast_rays(
            stage.solids.build().seen_from(plan.camera),
            STREET_OPTICS.camera((64, 128), plan.camera),
        )
        assert hits.depth.min() > 3.76


def test_the_same_seed_gives_the_same_street() -> None:
    tables = []
    for seed in (1, 1, 2):
        stage = street_stage(seed)
        populate(stage, street_plan())
        tables.append(arrays(stage.solids.build()))
    assert tables[0] == tables[1] != tables[2]


@pytest.mark.parametrize(
    ('changes', 'labels'),
    [
        (dict(junctions=((30.0, 42.0),)), {LabelId.TRAFFIC_LIGHT}),
        (dict(tram=True), {LabelId.TRAIN}),
    ],
)
def test_a_street_has_what_its_plan_asks_for(changes: dict[str, object], labels: set[int]) -> None:
    found: dict[bool, set[int]] = {False: set(), True: set()}
    for planned in (False, True):
        for seed in range(8):
            stage = street_stage(seed)
            populate(stage, street_plan(**changes if planned else {}))
            found[planned] |= set(stage.solids.build().label.tolist())
    assert labels <= found[True]
    assert not labels & found[False]
