"""Lamps of a room, and the light that they give at night."""

from __future__ import annotations

from mmmtl_scenes.engine.materials import metal, plain
from mmmtl_scenes.engine.scene_rng import Color
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.front_materials import shade
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.lighting import Source
from mmmtl_scenes.rooms.plan import RoomPlan
from mmmtl_scenes.rooms.stage import RoomStage

_WARM = (1.0, 0.78, 0.52)
_SHADES: tuple[Color, ...] = (
    (0.92, 0.87, 0.76),
    (0.9, 0.9, 0.88),
    (0.75, 0.5, 0.35),
    (0.6, 0.66, 0.7),
)


def _shine(stage: RoomStage, frame: Frame, height: float, power: float, extent: float) -> None:
    color = (power * _WARM[0], power * _WARM[1], power * _WARM[2])
    place = (frame.x, -(frame.base + height), frame.z)
    stage.sources.append(Source(place, color, extent))


def add_table_lamp(stage: RoomStage, frame: Frame) -> None:
    """Adds a lamp with a foot and a shade, 0.4 to 0.6 m high."""
    rng, solids, label = stage.rng, stage.solids, RoomLabel.LAMP
    height, width = rng.uniform(0.4, 0.58), rng.uniform(0.2, 0.32)
    color = rng.shade(rng.pick(((0.5, 0.4, 0.3), (0.85, 0.83, 0.8), (0.3, 0.35, 0.42))))
    lit = stage.night and rng.chance(0.8)
    cover = rng.shade(rng.pick(_SHADES), 0.04)
    stage.contact(frame, (0.1, 0.1), 0.4, square=False)
    solids.cylinder(frame, plain, label, (0.13, 0.02, 0.13), color=color, params=(0.15,))
    body = (0.11, height * 0.4, 0.11)
    solids.ellipsoid(frame, plain, label, body, (0, 0.02, 0), color, params=(0.2,))
    solids.cylinder(frame, metal, label, (0.02, height * 0.5, 0.02), (0, 0.1, 0), (0.6, 0.55, 0.4))
    size = (width, height * 0.45, width)
    solids.cylinder(
        frame, shade, label, size, (0, height * 0.55, 0), cover, params=(2.2 if lit else 0.0,)
    )
    if lit:
        _shine(stage, frame, height * 0.8, 0.5, 0.3)


def add_floor_lamp(stage: RoomStage, frame: Frame) -> None:
    """Adds a lamp that stands on the floor, 1.4 to 1.75 m high."""
    rng, solids, label = stage.rng, stage.solids, RoomLabel.LAMP
    height, width = rng.uniform(1.4, 1.75), rng.uniform(0.3, 0.45)
    lit = stage.night and rng.chance(0.8)
    color = stage.palette.metal
    stage.contact(frame, (0.18, 0.18), 0.4, square=False)
    solids.cylinder(frame, metal, label, (0.28, 0.03, 0.28), color=color)
    solids.cylinder(frame, metal, label, (0.03, height - 0.2, 0.03), color=color)
    solids.cylinder(
        frame,
        shade,
        label,
        (width, 0.3, width),
        (0, height - 0.3, 0),
        rng.shade(rng.pick(_SHADES), 0.04),
        params=(2.2 if lit else 0.0,),
    )
    if lit:
        _shine(stage, frame, height - 0.1, 1.1, 0.4)


def add_ceiling_lamp(stage: RoomStage, plan: RoomPlan) -> None:
    """Adds a lamp to the ceiling, hanging or flat; it is lit at night and on many a day."""
    rng, solids, label = stage.rng, stage.solids, RoomLabel.LIGHT
    frame = Frame(
        rng.uniform(-0.2, 0.2) * plan.width,
        plan.length * rng.uniform(0.5, 0.75),
        base=plan.height,
    )
    lit = stage.night or rng.chance(0.4)
    power = rng.uniform(3.0, 4.5) if stage.night else rng.uniform(0.8, 1.8)
    glow = (2.5 if lit else 0.0,)
    cover = rng.shade((0.95, 0.93, 0.88), 0.03)
    if rng.chance(0.4):
        drop = rng.uniform(0.3, 0.55)
        width = rng.uniform(0.3, 0.5)
        solids.cylinder(frame, metal, label, (0.02, drop, 0.02), (0, -drop, 0), (0.2, 0.2, 0.2))
        if rng.chance(0.5):
            solids.cylinder(
                frame, shade, label, (width, 0.22, width), (0, -drop - 0.2, 0), cover, params=glow
            )
        else:
            globe = (width * 0.8, width * 0.8, width * 0.8)
            solids.ellipsoid(
                frame, shade, label, globe, (0, -drop - width * 0.6, 0), cover, params=glow
            )
        low = drop + 0.3
    else:
        width = rng.uniform(0.3, 0.5)
        size = (width, 0.09, width)
        solids.cylinder(frame, shade, label, size, (0, -0.09, 0), cover, params=glow)
        low = 0.2
    if lit:
        _shine(stage, frame, -low, power, 0.5)
