"""What stands and moves in a street, placed so that some of it is always well in view."""

from __future__ import annotations

from math import pi

from mmmtl_scenes.streets import furniture, people, plants, vehicles
from mmmtl_scenes.streets.kerbside import (
    add_traffic_lights,
    furnish_kerb,
    plant_median,
    plant_trees,
)
from mmmtl_scenes.streets.pedestrians import add_crossing_people, add_pedestrians, walk_yaw
from mmmtl_scenes.streets.places import StreetPlaces
from mmmtl_scenes.streets.plan import PARKING, StreetPlan
from mmmtl_scenes.streets.stage import StreetStage
from mmmtl_scenes.streets.strips import KERB
from mmmtl_scenes.streets.traffic import drive, park_cars, put_vehicle


def populate(stage: StreetStage, plan: StreetPlan) -> None:
    """Adds vehicles, people, trees at the kerb and street furniture, what must be seen first.

    Args:
        stage: Where to add them.
        plan: The street.
    """
    places = StreetPlaces(stage, plan)
    _add_featured(places)
    for side in plan.sides:
        park_cars(places, side)
        plant_trees(places, side)
        furnish_kerb(places, side)
        add_pedestrians(places, side)
    if plan.median:
        plant_median(places)
    drive(places)
    if plan.crossing is not None:
        add_crossing_people(places, plan.crossing)
    if plan.junctions:
        add_traffic_lights(places, plan.junctions[0][0])


def _add_featured(places: StreetPlaces) -> None:
    """Adds at least one person, pole, sign, plant and vehicle where the camera sees them."""
    rng, plan = places.stage.rng, places.plan
    sides = sorted(plan.sides, key=lambda side: abs(side.sign * side.kerb - plan.camera_lateral))
    near = sides[0]
    # A sign or lamp at the nearer kerb.
    lateral = near.sign * (near.kerb + 0.5)
    z = max(plan.first_visible(lateral) * 1.12, 7.0) + rng.uniform(0, 4)
    places.put(lateral, z, (0.3, 0.3), furniture.add_sign, base=KERB)
    lamp_side = rng.pick(plan.sides)
    lateral = lamp_side.sign * (lamp_side.kerb + 0.55)
    z = max(plan.first_visible(lateral) * 1.1, 9.0) + rng.uniform(0, 9)
    frame = places.take(lateral, z, (0.3, 0.3), 0, KERB)
    if frame is not None:
        furniture.add_lamp(places.stage, frame, -lamp_side.sign * rng.uniform(1.0, 2.2))
    # People on the nearer sidewalk, or stepping off it.
    for _ in range(rng.integer(1, 3)):
        if rng.chance(0.65):
            lateral = near.sign * (near.kerb + rng.uniform(0.7, near.sidewalk - 0.5))
            base = KERB
        else:
            lateral = near.sign * (near.kerb - rng.uniform(0.2, 0.5 * plan.lane))
            base = 0.0
        z = max(plan.first_visible(lateral) * 1.1, 6.5) + rng.uniform(0.5, 6)
        if plan.is_free(z, 0):
            places.put(lateral, z, (0.4, 0.45), people.add_person, walk_yaw(rng), base)
    # A vehicle ahead, oncoming or parked.
    kind = rng.weighted({'ahead': 0.45, 'oncoming': 0.3, 'parked': 0.25})
    if kind == 'ahead':
        put_vehicle(places, plan.camera_lateral, rng.uniform(11, 30), 0.0)
    elif kind == 'oncoming':
        lateral = -plan.lane_middle(1)
        z = max(plan.first_visible(lateral) + 3, 11) + rng.uniform(0, 18)
        put_vehicle(places, lateral, z, pi)
    else:
        lateral = near.sign * (near.kerb - PARKING / 2)
        z = max(plan.first_visible(lateral) + 3, 9) + rng.uniform(0, 6)
        if plan.is_free(z, 3):
            places.put(lateral, z, (0.9, 2.6), vehicles.add_car, 0 if near.sign > 0 else pi)
    # Something green.
    if near.kind in ('town', 'wall'):
        side = rng.pick(plan.sides)
        lateral = side.sign * (side.kerb + 0.9)
        z = plan.first_visible(lateral) * 1.1 + rng.uniform(4, 16)
        frame = places.take(lateral, z, (0.5, 0.5), 0, KERB)
        if frame is not None and plan.is_free(z, 2):
            height = rng.uniform(4.5, 8.5)
            plants.add_tree(places.stage, frame, height, plants.pick_foliage(places.stage))
