from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmmtl_scenes.engine.shadows import SKY
from mmmtl_scenes.streets.kerbside import (
    add_traffic_lights,
    furnish_kerb,
    plant_median,
    plant_trees,
)
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.places import StreetPlaces
from mmmtl_scenes.streets.strips import KERB
from tests.utils.scenes import street_plan, street_stage


def places(seed: int = 0, **changes: object) -> StreetPlaces:
    return StreetPlaces(street_stage(seed), street_plan(**changes))


def test_trees_stand_in_a_row_at_the_kerb() -> None:
    street = places(junctions=((40.0, 52.0),))
    side = replace(street.plan.sides[1], trees=8.0)
    plant_trees(street, side)
    solids = street.stage.solids.build()
    assert set(solids.label.tolist()) == {LabelId.VEGETATION}
    trunks = (solids.inverse_radii[:, 0] > 0) & (solids.inverse_radii[:, 1] == 0)
    x, y, z = solids.center[trunks].T
    assert len(z) > 4
    np.testing.assert_allclose(x, 5.5 + 0.85)
    np.testing.assert_allclose(-y - solids.half[trunks, 1], KERB)
    assert not ((z > 37) & (z < 55)).any()
    assert np.diff(np.sort(z)).min() >= 8.0 - 1e-9


def test_without_trees_none_are_planted() -> None:
    street = places()
    plant_trees(street, street.plan.sides[0])
    assert len(street.stage.solids) == 0


def test_a_median_is_planted_in_its_middle_or_left_as_lawn() -> None:
    planted = 0
    for seed in range(20):
        street = places(seed, median=4.0)
        plant_median(street)
        planted += len(street.stage.solids) > 0
        assert all(abs(blob.frame.x) <= 0.3 for blob in street.stage.blobs if blob.light == SKY)
    assert planted == pytest.approx(15, abs=4)


@pytest.mark.parametrize('index', [0, 1])
def test_furniture_stands_behind_the_kerb(index: int) -> None:
    labels: set[int] = set()
    for seed in range(25):
        street = places(seed, junctions=((40.0, 52.0),))
        side = street.plan.sides[index]
        furnish_kerb(street, side)
        labels |= set(street.stage.solids.build().label.tolist())
        for blob in street.stage.blobs:
            if blob.light == SKY:
                assert side.kerb - 0.1 < side.sign * blob.frame.x < side.lot + 0.1
                assert blob.frame.base == KERB
                assert not 40.0 < blob.frame.z < 51.0
    assert labels == {
        LabelId.POLE, LabelId.TRAFFIC_SIGN, LabelId.STATIC, LabelId.BICYCLE, LabelId.MOTORCYCLE
    }  # fmt: skip


def test_traffic_lights_stand_before_the_junction() -> None:
    sides = [0, 0]
    for seed in range(60):
        street = places(seed)
        add_traffic_lights(street, 40.0)
        if len(street.stage.solids):
            solids = street.stage.solids.build()
            heads = solids.center[solids.label == LabelId.TRAFFIC_LIGHT]
            assert ((heads[:, 2] >= 38.4 - 0.22) & (heads[:, 2] <= 39.2 - 0.22)).all()
            on_poles = heads[np.abs(np.abs(heads[:, 0]) - 6.0) < 1e-6]
            sides[0] += int((on_poles[:, 0] < 0).sum())
            sides[1] += int((on_poles[:, 0] > 0).sum())
    # Three of four junctions have them, always on the right and in six of ten on the left too.
    assert sides[1] == pytest.approx(45, abs=9)
    assert sides[0] == pytest.approx(27, abs=9)
