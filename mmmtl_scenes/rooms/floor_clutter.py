"""Things that stand and lie on the floor."""

from __future__ import annotations

from math import cos, sin

from mmmtl_scenes.engine.materials import leaves, metal, plain
from mmmtl_scenes.engine.scene_rng import Color
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.materials import fabric, wicker
from mmmtl_scenes.rooms.stage import RoomStage

_CARDBOARD: Color = (0.66, 0.52, 0.36)
_LEAF: Color = (0.26, 0.42, 0.2)


def add_plant(stage: RoomStage, frame: Frame, height: float) -> None:
    """Adds a plant in a pot.

    Args:
        stage: Where to add it.
        frame: Its place.
        height: Height in metres, pot included.
    """
    rng, solids = stage.rng, stage.solids
    pot = min(0.35 * height, 0.36)
    clay = rng.shade(rng.pick(((0.65, 0.4, 0.28), (0.85, 0.84, 0.8), (0.3, 0.3, 0.32))), 0.05)
    stage.contact(frame, (pot * 0.7, pot * 0.7), 0.5, square=False)
    taper = (-pot * 0.1, -pot * 0.1, -pot * 0.1)
    size = (pot * 0.75, pot, pot * 0.75)
    if rng.chance(0.5):
        solids.cylinder(frame, plain, RoomLabel.FLOWER_POT, size, color=clay)
    else:
        solids.box(frame, plain, RoomLabel.FLOWER_POT, size, color=clay, taper=taper)
    color = rng.shade(_LEAF, 0.06)
    accent = rng.shade((0.5, 0.6, 0.25), 0.05)
    rest = height - pot
    solids.cylinder(
        frame, plain, RoomLabel.PLANT, (0.03, rest * 0.6, 0.03), (0, pot, 0), (0.35, 0.28, 0.2)
    )
    for i in range(7):
        turn = 2.4 * i + rng.uniform(-0.3, 0.3)
        reach = 0.2 * rest * rng.uniform(0.5, 1.2) * (i > 0)
        width = rest * rng.uniform(0.3, 0.45)
        level = pot + rest * rng.uniform(0.2, 0.65)
        place = (reach * cos(turn), level, reach * sin(turn))
        solids.ellipsoid(
            frame,
            leaves,
            RoomLabel.PLANT,
            (width, width * 0.8, width),
            place,
            color,
            accent,
            ragged=1.0,
            params=(0.25,),
        )


def add_box(stage: RoomStage, frame: Frame, largest: float) -> float:
    """Adds a box of card or plastic, its sides up to ``largest`` metres; gives its height."""
    rng, label = stage.rng, stage.sometimes(RoomLabel.BOX)
    color = rng.shade(_CARDBOARD, 0.05) if rng.chance(0.6) else stage.paint()
    side = (rng.uniform(0.5, 1.0), rng.uniform(0.35, 0.9), rng.uniform(0.5, 0.9))
    size = (largest * side[0], largest * side[1], largest * side[2])
    stage.contact(frame, (size[0] / 2 + 0.03, size[2] / 2 + 0.03), 0.5)
    stage.solids.box(frame, plain, label, size, color=color)
    tape = (0.05, 0.003, size[2])
    brown = (color[0] * 0.8, color[1] * 0.8, color[2] * 0.8)
    stage.solids.box(frame, plain, label, tape, (0, size[1], 0), brown, params=(0.1,))
    return size[1]


def add_boxes(stage: RoomStage, frame: Frame) -> None:
    """Adds one to three boxes, one on the other."""
    rng = stage.rng
    largest = rng.uniform(0.34, 0.55)
    level = 0.0
    for _ in range(rng.integer(1, 3)):
        level += add_box(stage, frame.at(0, 0, rng.uniform(-0.3, 0.3), level), largest)
        largest *= 0.8


def add_basket(stage: RoomStage, frame: Frame) -> None:
    """Adds a basket with clothes in it."""
    rng = stage.rng
    size = (rng.uniform(0.3, 0.45), rng.uniform(0.28, 0.5), rng.uniform(0.3, 0.42))
    color = rng.shade(rng.pick(((0.62, 0.48, 0.32), (0.85, 0.83, 0.78), (0.4, 0.3, 0.22))))
    stage.contact(frame, (size[0] / 2 + 0.05, size[2] / 2 + 0.05), 0.5, square=False)
    stage.solids.cylinder(frame, wicker, RoomLabel.BASKET, size, color=color)
    heap = (size[0] * 0.9, 0.2, size[2] * 0.9)
    stage.solids.ellipsoid(
        frame,
        fabric,
        RoomLabel.CLOTHES,
        heap,
        (0, size[1] - 0.1, 0),
        stage.cloth(),
        stage.cloth(),
        params=(float(rng.pick((0, 1, 2))), 0.08, 1.0),
    )


def add_bag(stage: RoomStage, frame: Frame) -> None:
    """Adds a bag that stands on the floor."""
    rng, label = stage.rng, stage.sometimes(RoomLabel.BAG)
    size = (rng.uniform(0.3, 0.42), rng.uniform(0.28, 0.42), rng.uniform(0.14, 0.22))
    color = stage.paint()
    stage.contact(frame, (size[0] / 2 + 0.05, size[2] / 2 + 0.05), 0.5)
    taper = (0.03, size[2] * 0.35, size[2] * 0.35)
    stage.solids.box(frame, fabric, label, size, color=color, taper=taper, params=(0, 0.1, 0.9))
    for x in (-1, 1):
        strap = (0.025, 0.14, 0.012)
        stage.solids.box(frame, fabric, label, strap, (x * 0.07, size[1] - 0.01, 0), color)
    stage.solids.box(frame, fabric, label, (0.16, 0.02, 0.012), (0, size[1] + 0.12, 0), color)


def add_bin(stage: RoomStage, frame: Frame) -> None:
    """Adds a waste bin."""
    rng = stage.rng
    size = (0.26, rng.uniform(0.28, 0.4), 0.26)
    color = rng.pick(((0.2, 0.2, 0.22), (0.6, 0.61, 0.62), (0.3, 0.4, 0.55)))
    stage.contact(frame, (0.17, 0.17), 0.5, square=False)
    stage.solids.cylinder(frame, metal, RoomLabel.GARBAGE_BIN, size, color=color)
    inside = (0.235, 0.004, 0.235)
    place = (0.0, size[1], 0.0)
    stage.solids.cylinder(frame, plain, RoomLabel.GARBAGE_BIN, inside, place, (0.06, 0.06, 0.06))


def add_clothes(stage: RoomStage, frame: Frame) -> None:
    """Adds a heap of clothes."""
    rng, label = stage.rng, stage.sometimes(RoomLabel.CLOTHES)
    stage.contact(frame, (0.32, 0.26), 0.4, square=False)
    for _ in range(rng.integer(2, 4)):
        size = (rng.uniform(0.3, 0.5), rng.uniform(0.1, 0.2), rng.uniform(0.25, 0.4))
        place = (rng.uniform(-0.12, 0.12), rng.uniform(-0.04, 0.02), rng.uniform(-0.1, 0.1))
        stage.solids.ellipsoid(
            frame,
            fabric,
            label,
            size,
            place,
            stage.cloth(),
            stage.cloth(),
            yaw=rng.uniform(-1.5, 1.5),
            ragged=0.25,
            params=(float(rng.pick((0, 0, 1, 2))), 0.07, 1.0),
        )


def add_toy(stage: RoomStage, frame: Frame) -> None:
    """Adds a stuffed animal that sits."""
    rng, label = stage.rng, RoomLabel.STUFFED_ANIMAL
    size, color = rng.uniform(0.16, 0.32), stage.cloth()
    stage.contact(frame, (size * 0.45, size * 0.45), 0.4, square=False)

    def ball(share: float, x: float, y: float, z: float) -> None:
        side = size * share
        place = (x * size, y * size, z * size)
        stage.solids.ellipsoid(
            frame, fabric, label, (side, side, side), place, color, params=(0, 0.1, 0.6)
        )

    ball(0.7, 0, 0, 0)
    ball(0.5, 0, 0.6, 0)
    for x in (-1, 1):
        ball(0.2, 0.2 * x, 0.98, 0)
        ball(0.3, 0.25 * x, 0, -0.35)
        ball(0.24, 0.36 * x, 0.35, -0.15)
