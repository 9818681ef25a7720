"""Vehicles in a street: parked cars, moving traffic and trams."""

from __future__ import annotations

from math import pi

from mmmtl_scenes.streets import vehicles
from mmmtl_scenes.streets.places import StreetPlaces
from mmmtl_scenes.streets.plan import PARKING, Roadside, StreetPlan


def put_vehicle(places: StreetPlaces, lateral: float, z: float, yaw: float) -> None:
    """Adds a moving vehicle of any kind, if there is room for it.

    Args:
        places: The places of the street.
        lateral: Distance to the right of the middle of the street in metres.
        z: Position along the street in metres; long vehicles begin farther away.
        yaw: Heading relative to the street: 0 ahead, pi for oncoming traffic.
    """
    rng = places.stage.rng
    turned = yaw + rng.uniform(-0.03, 0.03)
    kinds = {'car': 0.72, 'bus': 0.06, 'truck': 0.08, 'bicycle': 0.08, 'motorcycle': 0.06}
    kind = rng.weighted(kinds)
    if kind in ('bus', 'truck') and z < 16:
        z += 10
    if kind == 'bus':
        places.put(lateral, z + 4, (1.4, 7), vehicles.add_bus, turned)
    elif kind == 'truck':
        places.put(lateral, z + 2, (1.4, 5), vehicles.add_truck, turned)
    elif kind == 'bicycle':
        shifted = lateral + (1.0 if yaw == 0 else -1.0) * 0.8
        frame = places.take(shifted, z, (0.5, 1.3), turned)
        if frame is not None:
            vehicles.add_bicycle(places.stage, frame, ridden=True)
    elif kind == 'motorcycle':
        frame = places.take(lateral, z, (0.5, 1.4), turned)
        if frame is not None:
            vehicles.add_motorcycle(places.stage, frame, ridden=True)
    else:
        frame = places.take(lateral, z, (1.0, 3.2), turned)
        if frame is not None:
            vehicles.add_car(places.stage, frame, braking=rng.chance(0.3))


def park_cars(places: StreetPlaces, side: Roadside) -> None:
    """Fills the parking lane of a side, if it has one, but for junctions and crossings."""
    rng, plan = places.stage.rng, places.plan
    if not side.parking:
        return
    lateral = side.sign * (side.kerb - PARKING / 2 + 0.12)
    busy = rng.uniform(0.4, 0.95)
    z = max(plan.first_visible(lateral) - 1.5, 7.5) + rng.uniform(0, 3)
    yaw = 0.0 if side.sign > 0 or rng.chance(0.15) else pi
    while z < 95:
        if rng.chance(busy) and plan.is_free(z, 6.5) and not _is_on_crossing(plan, z, 4):
            add = vehicles.add_truck if z > 22 and rng.chance(0.04) else vehicles.add_car
            half = (1.0, 4.5 if add is vehicles.add_truck else 2.5)
            turned = yaw + rng.uniform(-0.03, 0.03)
            places.put(lateral + rng.uniform(-0.12, 0.12), z, half, add, turned)
        z += rng.uniform(5.4, 6.8) * (1.0 if z < 60 else 1.6)


def _is_on_crossing(plan: StreetPlan, z: float, margin: float) -> bool:
    return plan.crossing is not None and abs(z - plan.crossing) < margin


def drive(places: StreetPlaces) -> None:
    """Adds moving traffic in both directions, and trams."""
    rng, plan = places.stage.rng, places.plan
    for lane in range(1, plan.lanes + 1):
        lateral = plan.lane_middle(lane)
        z = max(plan.first_visible(lateral) + 3, 12.0) + rng.uniform(0, 30)
        for _ in range(rng.integer(0, 3)):
            put_vehicle(places, lateral + rng.uniform(-0.2, 0.2), z, 0.0)
            z += rng.uniform(8, 26)
        z = max(plan.first_visible(-lateral) + 3, 11.0) + rng.uniform(0, 25)
        for _ in range(rng.integer(0, 4)):
            put_vehicle(places, -lateral + rng.uniform(-0.2, 0.2), z, pi)
            z += rng.uniform(8, 26)
    if plan.tram and rng.chance(0.45):
        track = plan.lane / 2
        sign = rng.sign()
        z = max(plan.first_visible(-track) + 8, 24.0) + rng.uniform(0, 20)
        if places.take(sign * track, z + 7, (1.35, 15)) is not None:
            turn = 0.0 if sign > 0 else pi
            front = plan.frame(sign * track, z + (0 if sign > 0 else 13.4), turn)
            vehicles.add_tram(places.stage, front)
    elif rng.chance(0.5):
        side = plan.sides[0 if rng.chance(0.4) else 1]
        edge = side.kerb - (PARKING if side.parking else 0.0) - 0.6
        z = max(plan.first_visible(side.sign * edge), 8.0) + rng.uniform(1, 16)
        yaw = 0.0 if side.sign > 0 else pi
        frame = places.take(side.sign * edge, z, (0.45, 1.2), yaw)
        if frame is not None:
            add = vehicles.add_bicycle if rng.chance(0.75) else vehicles.add_motorcycle
            add(places.stage, frame, ridden=True)
