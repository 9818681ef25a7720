from __future__ import annotations

from math import pi

import numpy as np

from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.engine.shadows import SKY
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.pedestrians import add_crossing_people, add_pedestrians, walk_yaw
from mmmtl_scenes.streets.places import StreetPlaces
from mmmtl_scenes.streets.strips import KERB
from tests.utils.scenes import street_plan, street_stage


def test_people_walk_along_the_street_in_both_directions() -> None:
    rng = SceneRNG(0)
    yaws = np.array([walk_yaw(rng) for _ in range(200)])
    back = yaws > pi / 2
    assert 70 < back.sum() < 130
    assert np.abs(yaws[~back]).max() <= 0.5
    assert np.abs(yaws[back] - pi).max() <= 0.5


def test_pedestrians_stand_on_the_sidewalk() -> None:
    for seed in range(6):
        street = StreetPlaces(street_stage(seed), street_plan(junctions=((20.0, 32.0),)))
        for side in street.plan.sides:
            add_pedestrians(street, side)
        solids = street.stage.solids.build()
        assert set(solids.label.tolist()) == {LabelId.PERSON}
        x, y, z = solids.center.T
        lateral = np.abs(x)
        assert ((lateral > 5.5 - 0.1) & (lateral < 8.5 + 0.2)).all()
        assert (-y > KERB).all()
        assert not ((z > 21.5) & (z < 30.5)).any()
        assert (z > 6.5).all()


def test_people_on_a_crossing_walk_across() -> None:
    counts = []
    for seed in range(20):
        street = StreetPlaces(street_stage(seed), street_plan(median=2.0, crossing=20.0))
        add_crossing_people(street, 20.0)
        feet = {
            (blob.frame.x, blob.frame.z, blob.frame.yaw)
            for blob in street.stage.blobs
            if blob.light == SKY
        }
        counts.append(len(feet))
        for x, z, yaw in feet:
            assert abs(z - 20) <= 1.2
            assert 1.0 <= abs(x) <= 5.5
            assert abs(abs(yaw) - pi / 2) <= 0.3
    assert min(counts) == 0
    assert max(counts) >= 3
