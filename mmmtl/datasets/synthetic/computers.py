"""Laptops and monitors. Their screens face against the z axis of their frame."""

from __future__ import annotations

from mmmtl.datasets.synthetic.materials import plain
from mmmtl.datasets.synthetic.room_fittings import keys, screen
from mmmtl.datasets.synthetic.room_labels import RoomLabel
from mmmtl.datasets.synthetic.room_stage import RoomStage
from mmmtl.datasets.synthetic.solids import Frame


def add_laptop(stage: RoomStage, frame: Frame) -> None:
    """Adds an open laptop that faces against the z axis."""
    dice, solids, label = stage.dice, stage.solids, RoomLabel.LAPTOP
    color = dice.pick(((0.2, 0.2, 0.21), (0.68, 0.69, 0.7)))
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
        params=(1.0, dice.random()),
    )


def add_monitor(stage: RoomStage, frame: Frame) -> None:
    """Adds a monitor with its foot, and a keyboard before it."""
    dice, solids = stage.dice, stage.solids
    width = dice.uniform(0.42, 0.6)
    color = dice.pick(((0.12, 0.12, 0.13), (0.75, 0.75, 0.74)))
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
        params=(float(dice.chance(0.7)), dice.random()),
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
