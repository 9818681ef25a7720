"""Puts small things on tables and other level surfaces."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.stage import RoomStage
from mmmtl_scenes.rooms.tableware import (
    add_books,
    add_bottle,
    add_bowl,
    add_cup,
    add_paper,
    add_plate,
    add_vase,
)

_THINGS: dict[Callable[[RoomStage, Frame], None], tuple[float, float]] = {
    add_books: (1.6, 0.16),
    add_cup: (1.0, 0.06),
    add_bottle: (0.5, 0.06),
    add_bowl: (0.4, 0.17),
    add_vase: (0.6, 0.14),
    add_paper: (0.8, 0.15),
    add_plate: (0.4, 0.14),
}
"""How often things are chosen in relation to each other, and their radius in metres."""


def scatter(
    stage: RoomStage,
    frame: Frame,
    area: tuple[float, float],
    count: int,
    taken: tuple[tuple[float, float, float], ...] = (),
) -> None:
    """Puts small things on a level surface.

    Args:
        stage: Where to add them.
        frame: The middle of the surface, with its height as base.
        area: Width and depth of the surface in metres.
        count: How many things are tried; those that find no place are left out.
        taken: What stands there already: x, z and radius, in the frame.
    """
    rng = stage.rng
    spots = list(taken)
    for _ in range(count):
        adder = rng.weighted({item: often for item, (often, _) in _THINGS.items()})
        radius = _THINGS[adder][1]
        across, along = area[0] / 2 - radius, area[1] / 2 - radius
        if min(across, along) < 0:
            continue
        x, z = rng.uniform(-across, across), rng.uniform(-along, along)
        if all(hypot(x - a, z - b) > radius + other for a, b, other in spots):
            spots.append((x, z, radius))
            adder(stage, frame.at(x, z, rng.uniform(-0.7, 0.7)))
