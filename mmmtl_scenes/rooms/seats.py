"""Sofas, armchairs, chairs and stools. They face against the z axis of their frame."""

from __future__ import annotations

from math import cos, pi, sin

from mmmtl_scenes.engine.materials import metal, plain
from mmmtl_scenes.engine.scene_rng import Color
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.materials import fabric, leather, wood
from mmmtl_scenes.rooms.stage import RoomStage


def add_sofa(stage: RoomStage, frame: Frame, width: float, label: int = RoomLabel.SOFA) -> None:
    """Adds a sofa, or with a small width an armchair, 0.9 m deep.

    Args:
        stage: Where to add it.
        frame: The middle of its place on the floor.
        width: Width in metres.
        label: Its label id.
    """
    rng, solids = stage.rng, stage.solids
    cover = leather if rng.chance(0.25) else fabric
    color, accent = stage.cloth(), stage.cloth()
    params = (float(rng.pick((0, 0, 0, 0, 1, 2, 3))), rng.uniform(0.05, 0.15), 0.5)
    arm, level, depth = rng.uniform(0.12, 0.24), rng.uniform(0.4, 0.46), 0.88
    high, side = rng.uniform(0.78, 0.95), rng.uniform(0.55, 0.66)
    seats = max(1, round((width - 2 * arm) / 0.68))
    pitch = (width - 2 * arm) / seats
    stage.contact(frame, (width / 2 + 0.1, depth / 2 + 0.1), 0.6)

    def piece(
        size: tuple[float, float, float],
        at: tuple[float, float, float],
        taper: tuple[float, float, float] = (0.0, 0.0, 0.0),
        tilt: float = 0.0,
    ) -> None:
        solids.box(
            frame, cover, label, size, at, color, accent, tilt=tilt, taper=taper, params=params
        )

    piece((width - 2 * arm, level - 0.18, depth - 0.1), (0, 0.06, 0.0))
    piece((width - 0.04, high - 0.06, 0.2), (0, 0.06, depth / 2 - 0.1), (0.02, 0.05, 0.0))
    for x in (-1, 1):
        place = x * (width / 2 - arm / 2)
        piece((arm, side - 0.1, depth - 0.04), (place, 0.06, -0.02))
        solids.cylinder(
            frame,
            cover,
            label,
            (arm * 1.15, 0.16, depth - 0.02),
            (place, side - 0.13, -0.02),
            color,
            accent,
            axis='z',
            params=params,
        )
    for i in range(seats):
        middle = (i - (seats - 1) / 2) * pitch
        piece((pitch - 0.015, 0.16, 0.58), (middle, level - 0.13, -0.12), (0.015, 0.0, 0.0))
        solids.cylinder(
            frame,
            cover,
            label,
            (pitch - 0.015, 0.155, 0.14),
            (middle, level - 0.127, -0.4),
            color,
            accent,
            axis='x',
            params=params,
        )
        back = (pitch - 0.03, high - level + 0.03, 0.2)
        piece(back, (middle, level, depth / 2 - 0.27), (0.03, 0.05, 0.0), -0.12)
        solids.cylinder(
            frame,
            cover,
            label,
            (pitch - 0.07, 0.15, 0.16),
            (middle, high - 0.07, depth / 2 - 0.24),
            color,
            accent,
            axis='x',
            params=params,
        )
    _add_cushions(stage, frame, width - 2 * arm, level)


def _add_cushions(stage: RoomStage, frame: Frame, room: float, level: float) -> None:
    """Adds loose cushions, and now and then a blanket."""
    rng = stage.rng
    for _ in range(rng.integer(0, 1 if room < 0.9 else 4)):
        side = rng.uniform(0.36, 0.46)
        x = rng.sign() * rng.uniform(0.2, 0.5) * (room - side)
        stage.solids.ellipsoid(
            frame,
            fabric,
            RoomLabel.PILLOW,
            (side, side, 0.17),
            (x, level + 0.01, rng.uniform(0.0, 0.06)),
            stage.cloth(),
            stage.cloth(),
            yaw=rng.uniform(-0.4, 0.4),
            tilt=-rng.uniform(0.15, 0.4),
            params=(float(rng.pick((0, 1, 2, 3))), 0.07, 0.5),
        )
    if room > 0.9 and rng.chance(0.2):
        x = rng.uniform(-0.4, 0.4) * room
        stage.solids.box(
            frame,
            fabric,
            RoomLabel.BLANKET,
            (0.5, 0.06, 0.62),
            (x, level + 0.02, -0.14),
            stage.cloth(),
            stage.cloth(),
            taper=(0.02, 0.02, 0.02),
            params=(2.0, 0.08, 1.0),
        )


def add_chair(stage: RoomStage, frame: Frame, color: Color) -> None:
    """Adds a chair with four legs, with a wooden or an upholstered seat."""
    rng, solids, label = stage.rng, stage.solids, RoomLabel.CHAIR
    width, depth, level = 0.44, 0.43, 0.45
    high = rng.uniform(0.82, 1.02)
    stage.contact(frame, (width / 2 + 0.03, depth / 2 + 0.03), 0.4)
    for x in (-1, 1):
        for z, top in ((-1, level), (1, high)):
            place = (x * (width / 2 - 0.025), 0.0, z * (depth / 2 - 0.025))
            solids.box(frame, wood, label, (0.042, top, 0.042), place, color)
    solids.box(frame, wood, label, (width, 0.035, depth), (0, level - 0.03, 0), color)
    if rng.chance(0.5):
        cushion = (width - 0.02, 0.05, depth - 0.03)
        solids.box(
            frame,
            fabric,
            label,
            cushion,
            (0, level, -0.01),
            stage.cloth(),
            stage.cloth(),
            taper=(0.03, 0.03, 0.02),
            params=(float(rng.pick((0, 0, 1, 2))), 0.06, 0.3),
        )
    back = depth / 2 - 0.025
    style = rng.pick(('slats', 'ladder', 'panel'))
    solids.box(frame, wood, label, (width - 0.06, 0.07, 0.03), (0, high - 0.08, back), color)
    if style == 'slats':
        for i in range(4):
            across = (i - 1.5) * 0.085
            size = (0.03, high - level - 0.06, 0.022)
            solids.box(frame, wood, label, size, (across, level, back), color)
    elif style == 'ladder':
        for i in range(2):
            place = (0.0, level + 0.12 + i * 0.16, back)
            solids.box(frame, wood, label, (width - 0.06, 0.05, 0.025), place, color)
    else:
        size = (width - 0.07, high - level - 0.16, 0.035)
        solids.box(frame, fabric, label, size, (0, level + 0.1, back), stage.cloth())


def add_office_chair(stage: RoomStage, frame: Frame) -> None:
    """Adds a chair on castors."""
    rng, solids, label = stage.rng, stage.solids, RoomLabel.CHAIR
    dark = rng.shade((0.14, 0.14, 0.15), 0.05)
    color = rng.pick((dark, stage.cloth(), rng.shade((0.2, 0.22, 0.3), 0.08)))
    cover = leather if rng.chance(0.3) else fabric
    level = rng.uniform(0.44, 0.54)
    stage.contact(frame, (0.32, 0.32), 0.4, square=False)
    for i in range(5):
        turn = 2 * pi * i / 5
        arm = frame.at(0, 0, turn)
        solids.box(arm, plain, label, (0.05, 0.04, 0.3), (0, 0.06, 0.15), dark)
        wheel = frame.at(0.3 * sin(turn), 0.3 * cos(turn), turn)
        solids.cylinder(wheel, plain, label, (0.05, 0.06, 0.06), color=dark, axis='x')
    solids.cylinder(frame, metal, label, (0.06, level - 0.08, 0.06), (0, 0.06, 0), dark)
    solids.box(
        frame,
        cover,
        label,
        (0.48, 0.09, 0.46),
        (0, level - 0.05, 0),
        color,
        taper=(0.03, 0.04, 0.02),
        params=(0, 0.1, 0.3),
    )
    high = rng.uniform(0.42, 0.62)
    solids.box(
        frame,
        cover,
        label,
        (0.44, high, 0.07),
        (0, level + 0.1, 0.23),
        color,
        taper=(0.04, 0.02, 0.0),
        tilt=-0.1,
        params=(0, 0.1, 0.3),
    )
    solids.box(frame, plain, label, (0.08, 0.2, 0.03), (0, level - 0.02, 0.26), dark)
    if rng.chance(0.6):
        for x in (-1, 1):
            solids.box(frame, plain, label, (0.04, 0.2, 0.04), (x * 0.27, level - 0.02, 0.05), dark)
            solids.box(frame, plain, label, (0.06, 0.03, 0.26), (x * 0.27, level + 0.18, 0), dark)


def add_ottoman(stage: RoomStage, frame: Frame) -> None:
    """Adds an upholstered seat without a back, square or round."""
    rng = stage.rng
    size = (rng.uniform(0.45, 0.65), rng.uniform(0.36, 0.45), rng.uniform(0.45, 0.6))
    color = stage.cloth()
    stage.contact(frame, (size[0] / 2 + 0.08, size[2] / 2 + 0.08), 0.5)
    if rng.chance(0.5):
        stage.solids.cylinder(
            frame, fabric, RoomLabel.OTTOMAN, size, color=color, params=(0, 0.1, 0.5)
        )
    else:
        stage.solids.box(
            frame, leather, RoomLabel.OTTOMAN, size, color=color, taper=(0.02, 0.02, 0.02)
        )
