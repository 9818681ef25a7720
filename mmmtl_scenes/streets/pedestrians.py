"""People on the sidewalks and on crossings of a street."""

from __future__ import annotations

from math import pi

from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.streets.people import add_person
from mmmtl_scenes.streets.places import StreetPlaces
from mmmtl_scenes.streets.plan import Roadside
from mmmtl_scenes.streets.strips import KERB


def walk_yaw(rng: SceneRNG) -> float:
    """Draws the heading of someone who walks along the street, in either direction."""
    return (pi if rng.chance(0.5) else 0.0) + rng.uniform(-0.5, 0.5)


def add_pedestrians(places: StreetPlaces, side: Roadside) -> None:
    """Lets people walk on a sidewalk, alone and in pairs."""
    rng, plan = places.stage.rng, places.plan
    for _ in range(rng.integer(1, 5)):
        lateral = side.sign * (side.kerb + rng.uniform(0.8, max(side.sidewalk - 0.5, 0.9)))
        z = max(plan.first_visible(lateral) * 1.05, 7.5) + rng.uniform(0, 32) * rng.random()
        if not plan.is_free(z, -1):
            continue
        yaw = walk_yaw(rng)
        places.put(lateral, z, (0.35, 0.4), add_person, yaw, KERB)
        if rng.chance(0.3):
            beside = lateral - side.sign * 0.72
            if abs(beside) > side.kerb + 0.3:
                turned = yaw + rng.uniform(-0.15, 0.15)
                places.put(
                    beside,
                    z + rng.uniform(-0.2, 0.2),
                    (0.3, 0.4),
                    add_person,
                    turned,
                    KERB,
                )


def add_crossing_people(places: StreetPlaces, crossing: float) -> None:
    """Lets people use a pedestrian crossing at ``z = crossing``."""
    rng, plan = places.stage.rng, places.plan
    for _ in range(rng.integer(0, 4)):
        lateral = rng.uniform(-plan.sides[0].kerb, plan.sides[1].kerb)
        z = crossing + rng.uniform(-1.2, 1.2)
        if z > max(6.5, plan.first_visible(lateral)) and not abs(lateral) < plan.median / 2:
            yaw = rng.sign() * (pi / 2 + rng.uniform(-0.3, 0.3))
            places.put(lateral, z, (0.5, 0.4), add_person, yaw)
