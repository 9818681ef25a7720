"""Windows with blinds and curtains, and the light that comes through them."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin

from mmmtl_scenes.engine.materials import metal
from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.lighting import Source
from mmmtl_scenes.rooms.materials import wood
from mmmtl_scenes.rooms.plan import (
    BACK_WALL,
    LEFT_WALL,
    NEAR_WALL,
    RIGHT_WALL,
    RoomPlan,
)
from mmmtl_scenes.rooms.stage import RoomStage
from mmmtl_scenes.rooms.window_materials import drape, panes, slats

WALL_DEPTH: float = 0.16
"""Thickness of the walls in metres: how deep windows sit in them."""


@dataclass(frozen=True)
class Opening:
    """A hole in a wall for a window.

    Args:
        wall: Index of the wall.
        frame: The middle of its lower edge on the inner surface of the wall.
        x: Where that is along the wall in metres from its middle.
        width: Width in metres.
        height: Height in metres.
    """

    wall: int
    frame: Frame
    x: float
    width: float
    height: float


def sample_openings(rng: SceneRNG, plan: RoomPlan) -> list[Opening]:
    """Chooses where a room has windows, at most one on each wall.

    Args:
        rng: Random choices.
        plan: The room, in which their places are taken.

    Returns:
        The openings.
    """
    chances = {BACK_WALL: 0.36, LEFT_WALL: 0.3, RIGHT_WALL: 0.3, NEAR_WALL: 0.4}
    openings = []
    for index, chance in chances.items():
        if not rng.chance(chance):
            continue
        wall = plan.walls[index]
        width = min(rng.uniform(0.8, 2.4), wall.length - 0.8)
        low = rng.uniform(0.7, 1.05) if rng.chance(0.85) else 0.12
        height = min(rng.uniform(1.1, 1.6) if low > 0.5 else 2.0, plan.height - low - 0.25)
        slack = wall.length / 2 - width / 2 - 0.3
        x = rng.uniform(-slack, slack)
        wall.taken.append((x - width / 2 - 0.1, x + width / 2 + 0.1, low - 0.05, low + height))
        openings.append(Opening(index, wall.frame.at(x, 0, base=low), x, width, height))
    return openings


def add_window(stage: RoomStage, opening: Opening) -> None:
    """Adds a window, what hangs before it, and its light."""
    rng, palette = stage.rng, stage.palette
    width, height, frame = opening.width, opening.height, opening.frame
    bright = 0.0 if stage.night else rng.uniform(1.1, 2.2)
    columns = max(1, round(width / rng.uniform(0.5, 1.1)))
    rows = rng.pick((1, 1, 2, 2, 3))
    params = (columns, rows, bright, rng.random(), rng.uniform(-0.5, 0.2), rng.pick((0, 1)))
    stage.solids.box(
        frame,
        panes,
        RoomLabel.WINDOW,
        (width, height, 0.04),
        (0, 0, WALL_DEPTH - 0.03),
        palette.trim,
        params=params,
    )
    for x in (-1, 1):
        jamb = (0.05, height + 0.05, 0.02)
        place = (x * (width / 2 + 0.025), 0.0, -0.01)
        stage.solids.box(frame, wood, RoomLabel.WINDOW, jamb, place, palette.trim)
    head = (width + 0.1, 0.06, 0.02)
    stage.solids.box(frame, wood, RoomLabel.WINDOW, head, (0, height, -0.01), palette.trim)
    sill = (width + 0.16, 0.035, WALL_DEPTH + 0.1)
    stage.solids.box(frame, wood, RoomLabel.WINDOW, sill, (0, -0.035, 0.03), palette.trim)
    closed = _add_blinds(stage, opening, bright) if rng.chance(0.4) else 0.0
    if rng.chance(0.6):
        _add_curtains(stage, opening, bright)
    if not stage.night:
        level = bright * width * height * (1 - 0.6 * closed)
        color = (1.35 * level, 1.45 * level, 1.6 * level)
        middle = frame.at(0, -0.03)
        place = middle.x, -(frame.base + height / 2), middle.z
        inward = -sin(frame.yaw), 0.0, -cos(frame.yaw)
        stage.sources.append(Source(place, color, (width + height) / 4, inward))


def _add_blinds(stage: RoomStage, opening: Opening, bright: float) -> float:
    """Adds blinds; gives the share of the window that they cover."""
    share = stage.rng.uniform(0.15, 1.0)
    drop = share * opening.height
    color = stage.rng.shade(stage.rng.pick(((0.9, 0.89, 0.85), (0.75, 0.7, 0.6))), 0.05)
    size, place = (opening.width - 0.02, drop, 0.03), (0.0, opening.height - drop, 0.05)
    params = (stage.rng.uniform(0.03, 0.055), 0.6 * bright)
    stage.solids.box(
        opening.frame, slats, RoomLabel.BLINDS, size, place, color, color, params=params
    )
    return share


def _add_curtains(stage: RoomStage, opening: Opening, bright: float) -> None:
    """Adds a rod and a curtain on either side, each made of round folds."""
    rng, solids, frame = stage.rng, stage.solids, opening.frame
    top = min(opening.height + rng.uniform(0.06, 0.14), opening.height + 0.16)
    floor_length = rng.chance(0.6)
    bottom = 0.03 - frame.base if floor_length else -rng.uniform(0.05, 0.2)
    rod = (opening.width + 0.7, 0.028, 0.028)
    solids.cylinder(
        frame, metal, RoomLabel.CURTAIN, rod, (0, top, -0.09), stage.palette.metal, axis='x'
    )
    cloth, accent = stage.cloth(), stage.cloth()
    sheer = rng.uniform(0.25, 0.5) if rng.chance(0.3) else rng.uniform(0.02, 0.12)
    params = (float(rng.pick((0, 0, 0, 1, 2))), sheer * bright)
    cover = rng.uniform(0.15, 0.3) * opening.width
    pitch = rng.uniform(0.07, 0.1)
    for side in (-1, 1):
        count = max(2, round((cover + 0.25) / pitch))
        for i in range(count):
            x = side * (opening.width / 2 + 0.22 - i * pitch)
            size = (pitch * 1.12, top - bottom - 0.01, rng.uniform(0.06, 0.1))
            place = (x, bottom, -0.09)
            color = rng.shade(cloth, 0.012)
            solids.cylinder(
                frame, drape, RoomLabel.CURTAIN, size, place, color, accent, params=params
            )
