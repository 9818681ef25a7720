from __future__ import annotations

from functools import partial

import pytest

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets import vehicles
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.stage import StreetStage
from mmmtl_scenes.streets.vehicle_materials import bodywork
from tests.utils.scenes import Thing, check_labels, check_thing, see, street_stage


def add_tram(stage: StreetStage, frame: Frame) -> None:
    vehicles.add_tram(stage, frame.at(0, -6.7))


RIDDEN = frozenset({LabelId.RIDER})
VEHICLES = {
    'car': Thing(vehicles.add_car, LabelId.CAR, (2.3, 2.0, 4.95)),
    'bus': Thing(vehicles.add_bus, LabelId.BUS, (2.5, 3.24, 12.1)),
    'truck': Thing(vehicles.add_truck, LabelId.TRUCK, (2.4, 3.6, 8.6)),
    'tram': Thing(add_tram, LabelId.TRAIN, (2.4, 3.54, 26.6)),
    'bicycle': Thing(vehicles.add_bicycle, LabelId.BICYCLE, (0.5, 1.1, 1.8)),
    'motorcycle': Thing(vehicles.add_motorcycle, LabelId.MOTORCYCLE, (0.7, 1.25, 1.95)),
    'ridden bicycle': Thing(
        partial(vehicles.add_bicycle, ridden=True), LabelId.BICYCLE, (0.75, 2.0, 1.8), RIDDEN
    ),
    'ridden motorcycle': Thing(
        partial(vehicles.add_motorcycle, ridden=True), LabelId.MOTORCYCLE, (0.75, 2.0, 1.95), RIDDEN
    ),
}


@pytest.mark.parametrize('name', VEHICLES)
def test_a_vehicle_stands_on_its_wheels_in_its_place(name: str) -> None:
    check_thing(VEHICLES[name], street_stage)
    check_labels(VEHICLES[name], street_stage, range(12))


@pytest.mark.parametrize('name', ['car', 'bus', 'truck'])
def test_there_is_air_between_the_wheels(name: str) -> None:
    stage = street_stage()
    VEHICLES[name].add(stage, Frame())
    seen = see(stage.solids.build(), 1.1 * VEHICLES[name].size[2])
    low = seen.points[seen.points[:, 1] < 0.12]
    assert len(low)
    length = VEHICLES[name].size[2]
    assert abs(low[:, 2]).max() < length / 2
    assert abs(low[:, 2]).min() > 0.15 * length


@pytest.mark.parametrize('braking', [False, True])
def test_rear_lights_glow_when_a_car_brakes(braking: bool) -> None:
    stage = street_stage()
    vehicles.add_car(stage, Frame(), braking)
    solids = stage.solids.build()
    body = solids.material == solids.materials.index(bodywork)
    assert (solids.params[body, 3] == braking).all()


def test_far_cars_are_simpler() -> None:
    near, far = street_stage(), street_stage()
    far.detailed = -1.0
    for stage in (near, far):
        vehicles.add_car(stage, Frame())
    assert len(far.solids) < len(near.solids)


def test_the_rider_sits_on_the_saddle() -> None:
    stage = street_stage()
    vehicles.add_bicycle(stage, Frame(), ridden=True)
    seen = see(stage.solids.build(), 2.6)
    assert seen.of(LabelId.RIDER).high[1] > seen.of(LabelId.BICYCLE).high[1] + 0.6
