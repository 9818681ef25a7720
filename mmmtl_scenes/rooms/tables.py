"""Tables and desks. The clutter on them is added by :mod:`~mmmtl_scenes.rooms.clutter`."""

from __future__ import annotations

from math import pi

from mmmtl_scenes.engine.materials import metal, plain
from mmmtl_scenes.engine.scene_rng import Color
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.front_materials import cupboard
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.materials import wood
from mmmtl_scenes.rooms.stage import RoomStage


def add_table(
    stage: RoomStage,
    frame: Frame,
    size: tuple[float, float, float],
    color: Color,
    round_: bool = False,
) -> None:
    """Adds a table of the label ``table``.

    Args:
        stage: Where to add it.
        frame: The middle of its place on the floor.
        size: Width, height and depth in metres.
        color: Colour of the wood.
        round_: Whether it is round, on one foot.
    """
    rng, solids, label = stage.rng, stage.solids, RoomLabel.TABLE
    width, height, depth = size
    gloss = (rng.uniform(0.02, 0.2),)
    top = rng.uniform(0.025, 0.05)
    if round_:
        stage.contact(frame, (width * 0.4, depth * 0.4), 0.35, square=False)
        place = (0.0, height - top, 0.0)
        solids.cylinder(frame, wood, label, (width, top, depth), place, color, params=gloss)
        solids.cylinder(frame, wood, label, (0.1, height - top, 0.1), color=color)
        foot = min(width, depth) * 0.55
        solids.cylinder(frame, wood, label, (foot, 0.04, foot), color=color)
        return
    stage.contact(frame, (width / 2, depth / 2), 0.4)
    place = (0.0, height - top, 0.0)
    solids.box(frame, wood, label, (width, top, depth), place, color, params=gloss)
    leg = rng.uniform(0.045, 0.08)
    thin = rng.chance(0.3)
    for x in (-1, 1):
        for z in (-1, 1):
            foot_place = (x * (width / 2 - leg), 0.0, z * (depth / 2 - leg))
            stilt = (leg * 0.6, height - top, leg * 0.6) if thin else (leg, height - top, leg)
            leg_color = stage.palette.metal if thin else color
            solids.box(frame, metal if thin else wood, label, stilt, foot_place, leg_color)
    if not thin:
        apron = (0.0, height - top - 0.08, 0.0)
        solids.box(frame, wood, label, (width - 0.1, 0.08, depth - 0.1), apron, color)
    elif height < 0.55 and rng.chance(0.5):
        shelf = (width - 0.08, 0.02, depth - 0.08)
        solids.box(frame, wood, label, shelf, (0, height * 0.35, 0), color)


def add_desk(stage: RoomStage, frame: Frame, width: float, depth: float) -> None:
    """Adds a desk, 0.74 m high, with a block of drawers on one side."""
    rng, solids, label = stage.rng, stage.solids, RoomLabel.DESK
    color, height = stage.wood(), 0.74
    stage.contact(frame, (width / 2, depth / 2), 0.5)
    solids.box(
        frame,
        wood,
        label,
        (width, 0.035, depth),
        (0, height - 0.035, 0),
        color,
        params=(rng.uniform(0.02, 0.12),),
    )
    side = rng.sign()
    block = (0.4, height - 0.035, depth - 0.06)
    solids.box(
        frame,
        cupboard,
        label,
        block,
        (side * (width / 2 - 0.22), 0, 0.02),
        color,
        stage.palette.metal,
        params=(1, float(rng.integer(2, 4)), 1.0, rng.pick((0.0, 1.0)), 0.04),
    )
    panel = (0.035, height - 0.035, depth - 0.06)
    solids.box(frame, wood, label, panel, (-side * (width / 2 - 0.04), 0, 0.02), color)
    back = (width - 0.1, 0.34, 0.02)
    solids.box(frame, wood, label, back, (0, 0.36, depth / 2 - 0.05), color)


def add_tripod_table(stage: RoomStage, frame: Frame, height: float) -> None:
    """Adds a small round side table."""
    solids, label = stage.solids, RoomLabel.TABLE
    color = stage.wood()
    stage.contact(frame, (0.22, 0.22), 0.35, square=False)
    solids.cylinder(frame, wood, label, (0.46, 0.025, 0.46), (0, height - 0.025, 0), color)
    for i in range(3):
        leg = frame.at(0, 0, 2 * pi * i / 3)
        size = (0.03, height - 0.02, 0.03)
        solids.box(leg, plain, label, size, (0, 0, 0.14), color, tilt=-0.12)
