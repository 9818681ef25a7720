"""Laptops and monitors. Their screens face against the z axis of their frame."""

from __future__ import annotations

from mmmtl_scenes.engine.materials import plain
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.front_materials import keys, screen
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.stage import RoomStage


def add_laptop(stage: RoomStage, frame: Frame) -> None:
    """Adds an open laptop that faces against the z axis."""
    rng, solids, label = stage.rng, stage.solids, RoomLabel.LAPTOP
    color = rng.pick(((0.2, 0.2, 0.21), (0.68, 0.69, 0.7)))
    stage.contact(frame, (0.2, 0.15), 0.4)
    solids.box(frame, keys, label, (0.34, 0.018, 0.23), color=color, accent=(0.12, 0.12, 0.13))
    solids.box(
        frame,
        screen,
        label,
        (0.34, 0.22, 0.012),
        (0, 0.015, 0.13),
        color,
        tilt=-0.25,
        params=(1.0, rng.random()),
    )


def add_monitor(stage: RoomStage, frame: Frame) -> None:
    """Adds a monitor with its foot, and a keyboard before it."""
    rng, solids = stage.rng, stage.solids
    width = rng.uniform(0.42, 0.6)
    color = rng.pick(((0.12, 0.12, 0.13), (0.75, 0.75, 0.74)))
    label = RoomLabel.MONITOR
    stage.contact(frame.at(0, 0.05), (0.16, 0.12), 0.4)
    solids.box(frame, plain, label, (0.22, 0.018, 0.16), (0, 0, 0.05), color)
    solids.box(frame, plain, label, (0.05, 0.2, 0.03), (0, 0.018, 0.08), color)
    solids.box(
        frame,
        screen,
        label,
        (width, width * 0.6, 0.045),
        (0, 0.12, 0.04),
        color,
        params=(float(rng.chance(0.7)), rng.random()),
    )
    solids.box(
        frame,
        keys,
        RoomLabel.KEYBOARD,
        (0.43, 0.022, 0.15),
        (0, 0, -0.22),
        color,
        (0.85, 0.85, 0.83) if color[0] < 0.5 else (0.3, 0.3, 0.3),
    )
