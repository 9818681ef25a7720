from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.places import StreetPlaces
from mmmtl_scenes.streets.plan import PARKING
from mmmtl_scenes.streets.traffic import drive, park_cars, put_vehicle
from tests.utils.scenes import street_plan, street_stage

MOTORS = {LabelId.CAR, LabelId.BUS, LabelId.TRUCK, LabelId.BICYCLE, LabelId.MOTORCYCLE}


def places(seed: int = 0, **changes: object) -> StreetPlaces:
    return StreetPlaces(street_stage(seed), street_plan(**changes))


def test_a_vehicle_is_of_any_kind_and_mostly_a_car() -> None:
    found = []
    for seed in range(150):
        street = places(seed)
        put_vehicle(street, 1.6, 20.0, 0.0)
        labels = set(street.stage.solids.build().label.tolist()) - {LabelId.RIDER}
        assert len(labels) == 1
        found += labels
    assert set(found) == MOTORS
    assert found.count(LabelId.CAR) / 150 == pytest.approx(0.72, abs=0.12)


def test_large_vehicles_keep_their_distance() -> None:
    for seed in range(60):
        street = places(seed)
        put_vehicle(street, 1.6, 8.0, 0.0)
        solids = street.stage.solids.build()
        large = np.isin(solids.label, (LabelId.BUS, LabelId.TRUCK))
        assert not large.any() or solids.center[large, 2].min() > 12


def test_cars_park_in_their_lane_apart_from_crossings_and_junctions() -> None:
    street = places(junctions=((40.0, 52.0),), crossing=25.0)
    for side in street.plan.sides:
        park_cars(street, side)
    solids = street.stage.solids.build()
    assert set(solids.label.tolist()) <= {LabelId.CAR, LabelId.TRUCK}
    x, _, z = solids.center.T
    assert (np.abs(np.abs(x) - (5.5 - PARKING / 2)) < 1.4).all()
    assert not ((z > 38) & (z < 54)).any()
    assert not ((z > 24) & (z < 26)).any()
    assert len(solids) > 30


def test_no_car_parks_where_there_is_no_lane_for_it() -> None:
    street = places()
    park_cars(street, replace(street.plan.sides[0], parking=False))
    assert len(street.stage.solids) == 0


def test_traffic_keeps_to_the_right() -> None:
    ahead = oncoming = 0
    for seed in range(12):
        street = places(seed, lane=3.2, lanes=2)
        drive(street)
        if not len(street.stage.solids):
            continue
        solids = street.stage.solids.build()
        body = np.isin(solids.label, (LabelId.CAR, LabelId.BUS, LabelId.TRUCK))
        # Forward axes of the bodies point along the street on the right, against it on the left.
        forward, x = solids.axes[body, 2, 2], solids.center[body, 0]
        straight = np.abs(np.abs(forward) - 1) < 0.05
        assert (np.sign(forward[straight]) == np.sign(x[straight])).all()
        ahead += int((x > 0).any())
        oncoming += int((x < 0).any())
    assert min(ahead, oncoming) > 5


def test_trams_run_on_their_rails() -> None:
    trams = 0
    for seed in range(20):
        street = places(seed, tram=True)
        drive(street)
        if len(street.stage.solids):
            solids = street.stage.solids.build()
            tram = solids.center[solids.label == LabelId.TRAIN]
            trams += len(tram) > 0
            np.testing.assert_allclose(np.abs(tram[:, 0]), 1.6, atol=1e-6)
    assert trams == pytest.approx(0.45 * 20, abs=5)
