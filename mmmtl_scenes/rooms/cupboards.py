"""Furniture that holds things: cupboards, shelves, kitchens. Fronts face against the z axis."""

from __future__ import annotations

from mmmtl_scenes.engine.materials import metal, plain
from mmmtl_scenes.engine.scene_rng import Color
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.front_materials import cupboard, spines
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.materials import stone, wood
from mmmtl_scenes.rooms.stage import RoomStage

Size = tuple[float, float, float]


def add_cupboard(
    stage: RoomStage, frame: Frame, size: Size, label: int, fronts: tuple[int, int]
) -> None:
    """Adds a closed piece of furniture with doors or drawers.

    Args:
        stage: Where to add it.
        frame: The middle of its place.
        size: Width, height and depth in metres.
        label: Its label id.
        fronts: Columns and rows of doors or drawers.
    """
    rng = stage.rng
    width, height, depth = size
    color = stage.wood()
    params = (
        *(float(count) for count in fronts),
        rng.uniform(0.3, 1.0),
        float(rng.pick((0, 1, 2))) if fronts[1] == 1 else float(rng.pick((0, 1))),
        rng.uniform(0.02, 0.1),
        float(rng.chance(0.4)),
    )
    stage.contact(frame, (width / 2 + 0.07, depth / 2 + 0.07), 0.55)
    plinth = 0.07
    inner = (width - 0.03, plinth, depth - 0.06)
    dark = (color[0] * 0.6, color[1] * 0.6, color[2] * 0.6)
    stage.solids.box(frame, wood, label, inner, (0, 0, 0.01), dark)
    body = (width, height - plinth - 0.03, depth - 0.02)
    stage.solids.box(
        frame, cupboard, label, body, (0, plinth, 0.01), color, stage.palette.metal, params=params
    )
    top = (width + 0.03, 0.03, depth)
    stage.solids.box(frame, wood, label, top, (0, height - 0.03, 0), color, params=(0.05,))


def add_bookshelf(stage: RoomStage, frame: Frame, size: Size) -> None:
    """Adds open shelves with books and a few other things.

    Args:
        stage: Where to add them.
        frame: The middle of their place.
        size: Width, height and depth in metres.
    """
    solids, label = stage.solids, RoomLabel.BOOKSHELF
    width, height, depth = size
    color = stage.wood()
    stage.contact(frame, (width / 2 + 0.05, depth / 2 + 0.08), 0.5)
    for x in (-1, 1):
        side = (0.025, height, depth)
        solids.box(frame, wood, label, side, (x * (width / 2 - 0.0125), 0, 0), color)
    solids.box(frame, wood, label, (width, height, 0.012), (0, 0, depth / 2 - 0.006), color)
    count = max(2, round(height / 0.36))
    pitch = (height - 0.1) / count
    for i in range(count + 1):
        level = 0.06 + i * pitch
        solids.box(frame, wood, label, (width - 0.04, 0.025, depth - 0.01), (0, level, 0), color)
        if i < count:
            add_shelf_row(stage, frame, (width - 0.06, pitch - 0.03, depth - 0.04), level + 0.025)


def add_shelf_row(
    stage: RoomStage, frame: Frame, size: Size, level: float, filled: float = 0.85
) -> None:
    """Fills one shelf with rows of books, and things between them.

    Args:
        stage: Where to add them.
        frame: The middle of the shelf.
        size: Width, height and depth of the space in metres.
        level: Height of the shelf above the frame.
        filled: Share of the width that is filled.
    """
    rng, solids = stage.rng, stage.solids
    width, height, depth = size
    x = -width / 2
    while x < width / 2 - 0.1:
        room = min(rng.uniform(0.15, 0.5), width / 2 - x)
        if rng.chance(filled):
            if rng.chance(0.75):
                tall = min(rng.uniform(0.19, 0.29), height - 0.02)
                deep = min(rng.uniform(0.14, 0.21), depth)
                params = (rng.uniform(0.022, 0.045), rng.random(), rng.uniform(0.3, 1.0))
                place = (x + room / 2, level, rng.uniform(-0.03, 0.02))
                books = (room - 0.01, tall, deep)
                solids.box(frame, spines, RoomLabel.BOOKS, books, place, params=params)
            else:
                _add_thing(stage, frame, (x + room / 2, level), (room, height, depth))
        x += room


def _add_thing(stage: RoomStage, frame: Frame, at: tuple[float, float], space: Size) -> None:
    """Adds a box or a vessel to a shelf."""
    rng = stage.rng
    tall = min(rng.uniform(0.1, 0.24), space[1] - 0.03)
    side = min(rng.uniform(0.09, 0.2), space[0] - 0.02, space[2])
    place, color = (at[0], at[1], 0.0), stage.cloth()
    if rng.chance(0.5):
        size = (min(1.5 * side, space[0] - 0.02), tall, side)
        stage.solids.box(frame, plain, RoomLabel.BOX, size, place, color)
    else:
        size = (side, tall, side)
        stage.solids.ellipsoid(frame, plain, RoomLabel.VASE, size, place, color, params=(0.15,))


def add_wall_shelf(stage: RoomStage, frame: Frame, width: float) -> None:
    """Adds a board on the wall with books and things; the frame is on the wall's surface."""
    color = stage.wood()
    board = (width, 0.03, 0.22)
    stage.solids.box(frame, wood, RoomLabel.SHELVES, board, (0, 0, -0.11), color)
    front = frame.at(0, -0.11)
    add_shelf_row(stage, front, (width - 0.04, 0.3, 0.19), 0.03, filled=0.7)


def add_kitchen(stage: RoomStage, frame: Frame, width: float, upper: bool) -> None:
    """Adds a counter with a sink and a stove, 0.6 m deep, and cabinets above it.

    Args:
        stage: Where to add it.
        frame: The middle of its place on the floor.
        width: Width in metres.
        upper: Whether there are cabinets on the wall.
    """
    rng, solids = stage.rng, stage.solids
    color, steel = stage.wood(), (0.66, 0.67, 0.68)
    columns = max(2, round(width / 0.5))
    params = (columns, 1.0, 0.6, 2.0, 0.05, float(rng.chance(0.5)))
    stage.contact(frame, (width / 2 + 0.05, 0.36), 0.5)
    solids.box(frame, plain, RoomLabel.CABINET, (width, 0.1, 0.52), (0, 0, 0.03), (0.2, 0.19, 0.18))
    solids.box(
        frame,
        cupboard,
        RoomLabel.CABINET,
        (width, 0.76, 0.58),
        (0, 0.1, 0.01),
        color,
        stage.palette.metal,
        params=params,
    )
    slab = rng.shade(rng.pick(((0.3, 0.29, 0.28), (0.75, 0.72, 0.66), (0.55, 0.45, 0.36))), 0.06)
    grain = (slab[0] * 0.6, slab[1] * 0.6, slab[2] * 0.6)
    solids.box(
        frame, stone, RoomLabel.COUNTER, (width + 0.02, 0.04, 0.61), (0, 0.86, 0), slab, grain
    )
    solids.box(frame, stone, RoomLabel.COUNTER, (width, 0.08, 0.02), (0, 0.9, 0.29), slab, grain)
    side = rng.sign()
    x = side * width * 0.25
    solids.box(frame, metal, RoomLabel.SINK, (0.5, 0.012, 0.4), (x, 0.9, -0.02), steel)
    solids.box(
        frame, plain, RoomLabel.SINK, (0.42, 0.004, 0.32), (x, 0.912, -0.02), (0.3, 0.31, 0.32)
    )
    solids.cylinder(frame, metal, RoomLabel.SINK, (0.03, 0.24, 0.03), (x, 0.9, 0.2), steel)
    solids.cylinder(
        frame, metal, RoomLabel.SINK, (0.026, 0.026, 0.2), (x, 1.12, 0.11), steel, axis='z'
    )
    if width > 1.5:
        _add_stove(stage, frame, -side * width * 0.25)
    if upper:
        size = (width, rng.uniform(0.6, 0.75), 0.34)
        solids.box(
            frame,
            cupboard,
            RoomLabel.CABINET,
            size,
            (0, 1.42, 0.12),
            color,
            stage.palette.metal,
            params=params,
        )


def _add_stove(stage: RoomStage, frame: Frame, x: float) -> None:
    """Adds a stove to a counter: a hob above, an oven door in front."""
    dark: Color = (0.09, 0.09, 0.1)
    color = stage.rng.pick(((0.85, 0.85, 0.84), (0.6, 0.61, 0.62), dark))
    solids, label = stage.solids, RoomLabel.STOVE
    solids.box(frame, plain, label, (0.56, 0.88, 0.02), (x, 0.02, -0.29), color, params=(0.12,))
    solids.box(frame, plain, label, (0.46, 0.4, 0.01), (x, 0.2, -0.305), dark, params=(0.3,))
    solids.cylinder(
        frame, metal, label, (0.46, 0.025, 0.025), (x, 0.66, -0.33), (0.7, 0.7, 0.7), axis='x'
    )
    solids.box(frame, plain, label, (0.56, 0.01, 0.52), (x, 0.9, -0.03), dark, params=(0.25,))
    for dx in (-0.14, 0.14):
        for dz in (-0.14, 0.1):
            ring = (0.17, 0.012, 0.17)
            solids.cylinder(frame, plain, label, ring, (x + dx, 0.91, dz - 0.02), (0.2, 0.2, 0.2))


def add_refrigerator(stage: RoomStage, frame: Frame, size: Size) -> None:
    """Adds a refrigerator with two doors, one above the other."""
    width, height, depth = size
    color = stage.rng.pick(((0.9, 0.9, 0.9), (0.64, 0.65, 0.66), (0.13, 0.13, 0.14)))
    label = RoomLabel.REFRIGERATOR
    stage.contact(frame, (width / 2 + 0.05, depth / 2 + 0.06), 0.55)
    split = height * stage.rng.pick((0.35, 0.66))
    body = (width, height, depth - 0.06)
    stage.solids.box(frame, plain, label, body, (0, 0, 0.03), color, params=(0.08,))
    for low, high in ((0.04, split), (split + 0.012, height)):
        door = (width, high - low, 0.06)
        place = (0.0, low, -depth / 2 + 0.03)
        stage.solids.box(frame, plain, label, door, place, color, params=(0.12,))
        grip = (0.025, min(0.4, 0.6 * (high - low)), 0.03)
        spot = (-width / 2 + 0.06, (low + high) / 2 - grip[1] / 2, -depth / 2 - 0.015)
        stage.solids.box(frame, metal, label, grip, spot, stage.palette.metal)
