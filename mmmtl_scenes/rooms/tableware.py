"""Small things that stand and lie on tables and shelves."""

from __future__ import annotations

from math import cos, pi, sin

from mmmtl_scenes.engine.materials import leaves, plain
from mmmtl_scenes.engine.scene_rng import Color
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.front_materials import closed_book
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.stage import RoomStage

_LEAF: Color = (0.26, 0.42, 0.2)


def add_books(stage: RoomStage, frame: Frame) -> None:
    """Adds a pile of books that lie on each other."""
    rng, level = stage.rng, 0.0
    label = stage.sometimes(RoomLabel.BOOKS)
    stage.contact(frame, (0.14, 0.17), 0.4)
    for _ in range(rng.integer(1, 5)):
        size = (rng.uniform(0.15, 0.23), rng.uniform(0.015, 0.045), rng.uniform(0.2, 0.29))
        place = (rng.uniform(-0.02, 0.02), level, rng.uniform(-0.02, 0.02))
        stage.solids.box(
            frame,
            closed_book,
            label,
            size,
            place,
            stage.paint(),
            stage.paint(),
            yaw=rng.uniform(-0.25, 0.25),
        )
        level += size[1]


def add_cup(stage: RoomStage, frame: Frame) -> None:
    """Adds a cup."""
    rng, label = stage.rng, stage.sometimes(RoomLabel.CUP)
    width, height, color = rng.uniform(0.07, 0.09), rng.uniform(0.08, 0.11), stage.paint()
    solids = stage.solids
    stage.contact(frame, (0.06, 0.06), 0.4, square=False)
    solids.cylinder(frame, plain, label, (width, height, width), color=color, params=(0.2,))
    handle = (0.015, 0.05, 0.02)
    solids.box(frame, plain, label, handle, (width / 2 + 0.012, height * 0.25, 0), color)
    inside = (width * 0.85, 0.003, width * 0.85)
    solids.cylinder(frame, plain, label, inside, (0, height, 0), (0.3, 0.2, 0.14), params=(0.2,))


def add_bottle(stage: RoomStage, frame: Frame) -> None:
    """Adds a bottle."""
    rng, label = stage.rng, stage.sometimes(RoomLabel.BOTTLE)
    color = rng.pick(((0.16, 0.3, 0.18), (0.55, 0.65, 0.72), (0.3, 0.16, 0.1), stage.paint()))
    width, height = rng.uniform(0.07, 0.09), rng.uniform(0.15, 0.2)
    stage.contact(frame, (0.06, 0.06), 0.4, square=False)
    for part, at in (
        ((width, height, width), 0.0),
        ((width * 0.4, 0.1, width * 0.4), height + 0.01),
    ):
        stage.solids.cylinder(frame, plain, label, part, (0, at, 0), color, params=(0.3,))
    neck = (width, width, width)
    stage.solids.ellipsoid(
        frame, plain, label, neck, (0, height - width / 2, 0), color, params=(0.3,)
    )


def add_bowl(stage: RoomStage, frame: Frame) -> None:
    """Adds a bowl with fruit."""
    rng = stage.rng
    width = rng.uniform(0.2, 0.32)
    color = stage.paint()
    stage.contact(frame, (width * 0.5, width * 0.5), 0.4, square=False)
    size = (width, width * 0.5, width)
    # Its upper half would be too much: the fruit hides most of it, and a rim cuts it off.
    stage.solids.cylinder(
        frame, plain, RoomLabel.BOWL, (width * 0.5, 0.03, width * 0.5), color=color
    )
    stage.solids.ellipsoid(frame, plain, RoomLabel.BOWL, size, (0, 0.01, 0), color, params=(0.15,))
    for i in range(6):
        turn = 2 * pi * i / 6
        reach = width * 0.33
        fruit = rng.uniform(0.065, 0.085)
        shade = rng.pick(((0.85, 0.3, 0.15), (0.9, 0.6, 0.15), (0.6, 0.7, 0.2), (0.9, 0.8, 0.3)))
        place = (reach * cos(turn), width * 0.33, reach * sin(turn))
        stage.solids.ellipsoid(
            frame, plain, RoomLabel.FRUIT, (fruit, fruit, fruit), place, shade, params=(0.08,)
        )


def add_plate(stage: RoomStage, frame: Frame) -> None:
    """Adds a plate."""
    width = stage.rng.uniform(0.2, 0.27)
    color = stage.rng.shade((0.9, 0.9, 0.88), 0.06)
    label = stage.sometimes(RoomLabel.PLATE)
    size = (width, 0.018, width)
    stage.contact(frame, (width * 0.6, width * 0.6), 0.3, square=False)
    stage.solids.cylinder(frame, plain, label, size, color=color, params=(0.15,))
    stage.solids.cylinder(
        frame,
        plain,
        label,
        (width * 0.7, 0.002, width * 0.7),
        (0, 0.018, 0),
        (color[0] * 0.93, color[1] * 0.93, color[2] * 0.93),
        params=(0.2,),
    )


def add_paper(stage: RoomStage, frame: Frame) -> None:
    """Adds some sheets of paper."""
    label = stage.sometimes(RoomLabel.PAPER)
    for i in range(stage.rng.integer(1, 3)):
        place = (stage.rng.uniform(-0.04, 0.04), 0.003 * i, stage.rng.uniform(-0.04, 0.04))
        stage.solids.box(
            frame,
            plain,
            label,
            (0.21, 0.003, 0.297),
            place,
            (0.92, 0.91, 0.88),
            yaw=stage.rng.uniform(-0.5, 0.5),
        )


def add_vase(stage: RoomStage, frame: Frame) -> None:
    """Adds a vase with flowers."""
    rng = stage.rng
    height, color = rng.uniform(0.16, 0.3), stage.paint()
    size = (height * 0.55, height, height * 0.55)
    stage.contact(frame, (height * 0.4, height * 0.4), 0.4, square=False)
    stage.solids.ellipsoid(frame, plain, RoomLabel.VASE, size, color=color, params=(0.2,))
    neck = (height * 0.25, height * 0.25, height * 0.25)
    stage.solids.cylinder(
        frame, plain, RoomLabel.VASE, neck, (0, height * 0.9, 0), color, params=(0.2,)
    )
    bunch = (height * 1.1, height, height * 1.1)
    stage.solids.ellipsoid(
        frame,
        leaves,
        RoomLabel.FLOWER,
        bunch,
        (0, height * 1.0, 0),
        _LEAF,
        stage.paint(),
        ragged=0.9,
        params=(rng.uniform(0.4, 0.9),),
    )
