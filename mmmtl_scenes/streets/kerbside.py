"""What stands at the kerbs and on the median: trees, lamps, signs, parked two-wheelers, signals."""

from __future__ import annotations

from math import pi

from mmmtl_scenes.streets import furniture, plants, vehicles
from mmmtl_scenes.streets.places import StreetPlaces
from mmmtl_scenes.streets.plan import LEFT_SIDE, RIGHT_SIDE, Roadside
from mmmtl_scenes.streets.strips import KERB


def plant_trees(places: StreetPlaces, side: Roadside) -> None:
    """Plants a row of trees at the kerb of a side, if it has one."""
    rng, plan = places.stage.rng, places.plan
    if not side.trees:
        return
    foliage, height = plants.pick_foliage(places.stage), rng.uniform(5.5, 10.0)
    lateral = side.sign * (side.kerb + 0.85)
    z = rng.uniform(9, 16)
    while z < 85:
        if plan.is_free(z, 3) and rng.chance(0.85):
            frame = places.take(lateral, z, (0.4, 0.6), rng.uniform(0, 6), KERB)
            if frame is not None:
                tall = height * rng.uniform(0.85, 1.15)
                plants.add_tree(places.stage, frame, tall, foliage, rng.uniform(0.28, 0.4))
        z += side.trees * (1.0 if z < 50 else 1.5)


def plant_median(places: StreetPlaces) -> None:
    """Plants trees and bushes on the median strip."""
    rng, plan = places.stage.rng, places.plan
    foliage, height = plants.pick_foliage(places.stage), rng.uniform(5.0, 8.5)
    kind = rng.weighted({'trees': 0.5, 'bushes': 0.25, 'lawn': 0.25})
    z = max(plan.first_visible(0.0), 8.0) + rng.uniform(2, 6)
    while z < 85 and kind != 'lawn':
        frame = places.take(rng.uniform(-0.3, 0.3), z, (0.5, 0.5), 0, KERB)
        if frame is not None and plan.is_free(z, 4):
            if kind == 'trees':
                plants.add_tree(places.stage, frame, height, foliage)
            else:
                plants.add_bush(places.stage, frame, rng.uniform(0.7, 1.4))
        z += rng.uniform(7, 12)


def furnish_kerb(places: StreetPlaces, side: Roadside) -> None:
    """Adds lamps, signs, bins, bollards and parked two-wheelers along a kerb."""
    rng, plan = places.stage.rng, places.plan
    lateral = side.sign * (side.kerb + 0.5)
    z = rng.uniform(20, 32)
    while z < 100:
        frame = places.take(lateral, z, (0.3, 0.3), 0, KERB)
        if frame is not None and plan.is_free(z, 1):
            furniture.add_lamp(places.stage, frame, -side.sign * rng.uniform(1.0, 2.2))
        z += rng.uniform(22, 30)
    for _ in range(rng.integer(1, 3)):
        z = max(plan.first_visible(lateral) * 1.1, 8.0) + rng.uniform(1, 45)
        if plan.is_free(z, 0.5):
            yaw = 0.0 if side.sign == RIGHT_SIDE or rng.chance(0.4) else pi
            places.put(lateral, z, (0.4, 0.4), furniture.add_sign, yaw, KERB)
    if rng.chance(0.12):
        z = rng.uniform(22, 45)
        if plan.is_free(z, 2) and side.sidewalk > 2.6:
            place = side.sign * (side.kerb + 1.5)
            places.put(place, z, (1.4, 0.4), furniture.add_direction_board, 0, KERB)
    if rng.chance(0.22):
        start = max(plan.first_visible(lateral) * 1.05, 7.0) + rng.uniform(0, 8)
        count = rng.integer(3, 6)
        if plan.is_free(start + count, count + 1):
            frame = places.take(side.sign * (side.kerb + 0.3), start + count * 0.9, (0.15, count))
            if frame is not None:
                first = plan.frame(side.sign * (side.kerb + 0.3), start, 0, KERB)
                furniture.add_bollards(places.stage, first, count)
    back = side.sign * (side.lot - 0.55)
    for _ in range(rng.integer(0, 2)):
        z = max(plan.first_visible(back), 9.0) + rng.uniform(1, 30)
        if plan.is_free(z, 1):
            places.put(back, z, (0.6, 0.6), furniture.add_bin, 0, KERB)
    if rng.chance(0.45):
        z = max(plan.first_visible(lateral) * 1.1, 8.0) + rng.uniform(0, 16)
        add = vehicles.add_bicycle if rng.chance(0.7) else vehicles.add_motorcycle
        yaw = rng.uniform(0.7, 2.2) * rng.sign()
        step = 0.85 if add is vehicles.add_bicycle else 1.3
        for i in range(rng.integer(1, 4 if add is vehicles.add_bicycle else 2)):
            if plan.is_free(z + i, 1):
                place = side.sign * (side.kerb + 1.15)
                places.put(place, z + step * i, (0.9, 0.35), add, yaw, KERB)


def add_traffic_lights(places: StreetPlaces, junction: float) -> None:
    """Sets up the signals of a junction that begins at ``z = junction``, on poles at the kerbs."""
    rng, plan = places.stage.rng, places.plan
    if not rng.chance(0.75):
        return
    for side in plan.sides:
        if side.sign == LEFT_SIDE and not rng.chance(0.6):
            continue
        lateral = side.sign * (side.kerb + 0.5)
        frame = places.take(lateral, junction - rng.uniform(0.8, 1.6), (0.4, 0.4), 0, KERB)
        if frame is not None:
            arm = -side.sign * rng.uniform(2.5, 4.5) if rng.chance(0.4) else 0.0
            furniture.add_traffic_light(places.stage, frame, arm)
