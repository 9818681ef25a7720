"""Walls, floor, ceiling and doors of a room."""

from __future__ import annotations

from mmmtl_scenes.engine.materials import plain
from mmmtl_scenes.engine.scene_rng import Color
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.front_materials import cupboard
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.materials import boards, carpet, tiles, wall_paint, wood
from mmmtl_scenes.rooms.plan import RoomPlan
from mmmtl_scenes.rooms.stage import RoomStage
from mmmtl_scenes.rooms.windows import WALL_DEPTH, Opening

_SLAB = 0.1
_FLOOR_WOODS: tuple[Color, ...] = (
    (0.68, 0.5, 0.33),
    (0.55, 0.38, 0.24),
    (0.75, 0.6, 0.43),
    (0.42, 0.28, 0.19),
    (0.6, 0.53, 0.45),
)
_CARPETS: tuple[Color, ...] = (
    (0.7, 0.64, 0.55),
    (0.5, 0.48, 0.46),
    (0.45, 0.42, 0.38),
    (0.42, 0.43, 0.46),
    (0.6, 0.5, 0.42),
)
_TILES: tuple[Color, ...] = (
    (0.82, 0.8, 0.75),
    (0.7, 0.6, 0.5),
    (0.6, 0.6, 0.6),
    (0.72, 0.52, 0.42),
)


def add_shell(stage: RoomStage, plan: RoomPlan, openings: list[Opening], floors: str) -> Color:
    """Adds what bounds a room.

    Args:
        stage: Where to add it.
        plan: The room.
        openings: Its windows.
        floors: Which floor it has: ``'boards'``, ``'tiles'`` or ``'carpet'``.

    Returns:
        The colour of the floor.
    """
    color = _add_floor(stage, plan, floors)
    _add_ceiling(stage, plan)
    rng, palette = stage.rng, stage.palette
    kind = rng.weighted({0: 0.6, 1: 0.08, 2: 0.1, 3: 0.12, 4: 0.1})
    size = {1: rng.uniform(0.12, 0.3), 2: rng.uniform(0.18, 0.4)}.get(kind, 0.12)
    accent = _paper_accent(stage, kind)
    other = rng.shade(stage.cloth(), 0.05) if rng.chance(0.2) else palette.wall
    accented = rng.integer(0, 2)
    for index in range(len(plan.walls)):
        opening = next((item for item in openings if item.wall == index), None)
        shown = other if index == accented else palette.wall
        _add_wall(stage, plan, index, opening, shown, accent, (float(kind), size))
    return color


def _paper_accent(stage: RoomStage, kind: int) -> Color:
    """Chooses the second colour of the walls, by the kind of :func:`wall_paint`."""
    rng, wall = stage.rng, stage.palette.wall
    if kind == 4:
        return stage.palette.wood
    if kind == 3:
        return rng.shade(rng.pick((stage.palette.trim, stage.palette.cloth)), 0.05)
    darker = rng.uniform(0.82, 0.94)
    return rng.shade((wall[0] * darker, wall[1] * darker, wall[2] * darker), 0.04)


def _add_floor(stage: RoomStage, plan: RoomPlan, kind: str) -> Color:
    rng = stage.rng
    frame = Frame(0, plan.length / 2, base=-_SLAB)
    size = (plan.width + 2 * WALL_DEPTH, _SLAB, plan.length + 2 * WALL_DEPTH)
    label = RoomLabel.FLOOR
    if kind == 'boards':
        color = rng.shade(rng.pick(_FLOOR_WOODS), 0.05)
        darker = rng.uniform(0.72, 0.95)
        accent = (color[0] * darker, color[1] * darker, color[2] * darker * 0.97)
        width = rng.uniform(0.06, 0.18)
        pattern = rng.chance(0.15)
        length = 5 * width if pattern else rng.uniform(0.7, 1.6)
        params = (width, length, rng.uniform(0.02, 0.16), float(pattern))
        stage.solids.box(frame, boards, label, size, color=color, accent=accent, params=params)
    elif kind == 'tiles':
        color = rng.shade(rng.pick(_TILES), 0.05)
        accent = (color[0] * 0.7, color[1] * 0.7, color[2] * 0.7)
        look = (rng.uniform(0.2, 0.5), rng.pick((0, 0, 0.2, 0.5)), rng.uniform(0.03, 0.14))
        stage.solids.box(frame, tiles, label, size, color=color, accent=accent, params=look)
    else:
        color = rng.shade(rng.pick(_CARPETS), 0.06)
        stage.solids.box(frame, carpet, label, size, color=color, accent=color, params=(0.0, 0.1))
    return color


def _add_ceiling(stage: RoomStage, plan: RoomPlan) -> None:
    rng = stage.rng
    frame = Frame(0, plan.length / 2, base=plan.height)
    size = (plan.width + 2 * WALL_DEPTH, _SLAB, plan.length + 2 * WALL_DEPTH)
    color = rng.shade((0.9, 0.9, 0.88), 0.04)
    if rng.chance(0.15):
        params = (0.6, 0.0, 0.0)
        grid = (0.62, 0.62, 0.6)
        stage.solids.box(
            frame, tiles, RoomLabel.CEILING, size, color=color, accent=grid, params=params
        )
    else:
        stage.solids.box(frame, plain, RoomLabel.CEILING, size, color=color)


def _add_wall(
    stage: RoomStage,
    plan: RoomPlan,
    index: int,
    opening: Opening | None,
    color: Color,
    accent: Color,
    pattern: tuple[float, float],
) -> None:
    """Adds a wall around its window, and its skirting board."""
    wall = plan.walls[index]
    half = wall.length / 2 + WALL_DEPTH
    pieces = [(-half, half, 0.0, plan.height)]
    if opening is not None:
        left, right = opening.x - opening.width / 2, opening.x + opening.width / 2
        low, high = opening.frame.base, opening.frame.base + opening.height
        pieces = [
            (-half, left, 0.0, plan.height),
            (right, half, 0.0, plan.height),
            (left, right, 0.0, low),
            (left, right, high, plan.height),
        ]
    for left, right, low, high in pieces:
        middle = (left + right) / 2
        stage.solids.box(
            wall.frame,
            wall_paint,
            RoomLabel.WALL,
            (right - left, high - low, WALL_DEPTH),
            (middle, low, WALL_DEPTH / 2),
            color,
            accent,
            params=(*pattern, middle),
        )
    if opening is None or opening.frame.base > 0.3:
        board = (wall.length, 0.09, 0.018)
        stage.solids.box(
            wall.frame, plain, RoomLabel.WALL, board, (0, 0, -0.009), stage.palette.trim
        )


def add_door(stage: RoomStage, plan: RoomPlan) -> None:
    """Adds a closed door where there is a place for one."""
    width, height = 0.84, 2.0
    frame = plan.hang(stage.rng, (width + 0.16, height + 0.08), (0.0, 0.0))
    if frame is None:
        return
    color = stage.palette.trim if stage.rng.chance(0.6) else stage.wood()
    size = (width, height, 0.03)
    params = (1.0, float(stage.rng.pick((1, 2))), 0.4, 2.0, 0.04, 1.0)
    label = RoomLabel.DOOR
    stage.solids.box(
        frame, cupboard, label, size, (0, 0, -0.015), color, stage.palette.metal, params=params
    )
    for x in (-1, 1):
        post = (0.07, height + 0.07, 0.045)
        place = (x * (width / 2 + 0.035), 0.0, -0.0225)
        stage.solids.box(frame, wood, label, post, place, stage.palette.trim)
    head = (width, 0.07, 0.045)
    stage.solids.box(frame, wood, label, head, (0, height, -0.0225), stage.palette.trim)
