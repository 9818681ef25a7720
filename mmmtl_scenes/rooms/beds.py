"""Beds and what lies on them."""

from __future__ import annotations

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.materials import fabric, wood
from mmmtl_scenes.rooms.stage import RoomStage


def add_bed(stage: RoomStage, frame: Frame, width: float, length: float) -> None:
    """Adds a bed whose head is at the back of its frame.

    Args:
        stage: Where to add it.
        frame: The middle of its place on the floor.
        width: Width in metres.
        length: Length in metres.
    """
    rng, solids = stage.rng, stage.solids
    label = RoomLabel.BED
    timber = stage.wood()
    base, level = rng.uniform(0.22, 0.34), rng.uniform(0.46, 0.6)
    stage.contact(frame, (width / 2 + 0.12, length / 2 + 0.12), 0.6)
    solids.box(frame, wood, label, (width, base - 0.06, length), (0, 0.06, 0), timber)
    if rng.chance(0.3):
        # A valance down to the floor instead of a bare frame.
        solids.box(
            frame,
            fabric,
            label,
            (width + 0.03, base, length + 0.03),
            color=stage.cloth(),
            params=(0, 0.1, 0.8),
        )
    sheet = rng.shade((0.88, 0.87, 0.84), 0.06)
    mattress = (width - 0.03, level - base, length - 0.06)
    solids.box(
        frame,
        fabric,
        label,
        mattress,
        (0, base, 0),
        sheet,
        taper=(0.02, 0.02, 0.02),
        params=(0, 0.1, 0.3),
    )
    _add_duvet(stage, frame, width, length, level)
    _add_pillows(stage, frame, width, length, level)
    if rng.chance(0.8):
        high = rng.uniform(0.85, 1.25)
        soft = rng.chance(0.3)
        color = stage.cloth() if soft else timber
        solids.box(
            frame,
            fabric if soft else wood,
            RoomLabel.HEADBOARD,
            (width + 0.08, high, 0.06),
            (0, 0, length / 2 - 0.03),
            color,
        )
    if rng.chance(0.3):
        high = level + rng.uniform(0.02, 0.12)
        solids.box(frame, wood, label, (width + 0.06, high, 0.05), (0, 0, -length / 2), timber)


def _add_duvet(stage: RoomStage, frame: Frame, width: float, length: float, level: float) -> None:
    """Adds a cover over the lower part of the mattress, flat or heaped up."""
    rng, solids, label = stage.rng, stage.solids, RoomLabel.BED
    color, accent = stage.cloth(), stage.cloth()
    pattern = (float(rng.pick((0, 0, 1, 2, 3, 4))), rng.uniform(0.07, 0.28), 1.0)
    share = rng.uniform(0.6, 0.82)
    over, hang = rng.uniform(0.02, 0.07), rng.uniform(0.12, 0.3)
    size = (width + over, hang, share * length)
    place = (0.0, level + 0.02 - hang, -(1 - share) * length / 2 - 0.02)
    solids.box(
        frame, fabric, label, size, place, color, accent, taper=(0.04, 0.04, 0.0), params=pattern
    )
    # The top is not flat: it swells, and is turned back towards the pillows.
    swell = (width * 0.97, rng.uniform(0.08, 0.16), share * length * 0.98)
    solids.ellipsoid(
        frame,
        fabric,
        label,
        swell,
        (0, level - swell[1] * 0.45, place[2]),
        color,
        accent,
        params=pattern,
    )
    fold = (width + over - 0.03, 0.07, 0.32)
    back = rng.shade(accent, 0.03)
    solids.box(
        frame,
        fabric,
        label,
        fold,
        (0, level, place[2] + share * length / 2 - 0.16),
        back,
        taper=(0.03, 0.03, 0.05),
        params=(0, 0.1, 0.8),
    )
    if rng.chance(0.3):
        heap = (rng.uniform(0.4, 0.8) * width, rng.uniform(0.14, 0.3), rng.uniform(0.4, 0.9))
        spot = (rng.uniform(-0.2, 0.2) * width, level - heap[1] * 0.35, rng.uniform(-0.7, 0.2))
        solids.ellipsoid(
            frame,
            fabric,
            label,
            heap,
            spot,
            color,
            accent,
            yaw=rng.uniform(-1, 1),
            params=pattern,
        )
    if rng.chance(0.35):
        throw = stage.cloth()
        deep = rng.uniform(0.35, 0.6)
        solids.box(
            frame,
            fabric,
            RoomLabel.BLANKET,
            (width + over + 0.04, hang + 0.05, deep),
            (0, level + 0.035 - hang, -length / 2 + deep / 2 + 0.1),
            throw,
            stage.cloth(),
            taper=(0.04, 0.02, 0.02),
            params=(float(rng.pick((0, 1, 2))), 0.1, 1.0),
        )


def _add_pillows(stage: RoomStage, frame: Frame, width: float, length: float, level: float) -> None:
    """Adds one or two rows of pillows at the head."""
    rng = stage.rng
    count = 2 if width > 1.25 else 1
    for row in range(rng.integer(1, 2)):
        color = stage.cloth() if row or rng.chance(0.4) else rng.shade((0.9, 0.89, 0.86))
        accent, kind = stage.cloth(), float(rng.pick((0, 0, 1, 3)))
        for i in range(count):
            x = (i - (count - 1) / 2) * width * 0.47 + rng.uniform(-0.04, 0.04)
            z = length / 2 - 0.3 - 0.22 * row
            size = (rng.uniform(0.56, 0.66), rng.uniform(0.14, 0.2), rng.uniform(0.36, 0.44))
            tilt = -rng.uniform(0.25, 0.8) if row == 0 else -rng.uniform(0.5, 1.0)
            stage.solids.ellipsoid(
                frame,
                fabric,
                RoomLabel.PILLOW,
                size,
                (x, level + 0.01, z),
                color,
                accent,
                yaw=rng.uniform(-0.15, 0.15),
                tilt=tilt,
                params=(kind, 0.08, 0.8),
            )
