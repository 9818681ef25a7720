"""Street furniture: lamps, signs, traffic lights, bins, bollards, fences and walls.

Objects face against the z axis of their frame: a sign at a frame of yaw 0 is read by a driver who
travels along z.
"""

from __future__ import annotations

from dataclasses import dataclass

from mmmtl_scenes.engine.materials import metal, plain
from mmmtl_scenes.engine.scene_rng import Color
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets.furniture_materials import (
    bars,
    concrete,
    masonry,
    sign_plate,
    signal_lamps,
)
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.stage import StreetStage

_STEEL: tuple[Color, ...] = (
    (0.5, 0.51, 0.52),
    (0.36, 0.37, 0.38),
    (0.25, 0.3, 0.28),
    (0.6, 0.6, 0.6),
)
_RED: Color = (0.75, 0.1, 0.1)
_BLUE: Color = (0.1, 0.28, 0.62)
_WHITE: Color = (0.92, 0.92, 0.9)
_YELLOW: Color = (0.92, 0.74, 0.1)


@dataclass(frozen=True)
class Plate:
    """A kind of traffic sign: outline, extent in metres, colours and pattern of the material."""

    shape: str
    width: float
    height: float
    face: Color
    symbol: Color
    pattern: int


_PLATES: tuple[Plate, ...] = (
    Plate('disc', 0.62, 0.62, _WHITE, _RED, 1),
    Plate('disc', 0.62, 0.62, _RED, _WHITE, 2),
    Plate('disc', 0.62, 0.62, _BLUE, _WHITE, 3),
    Plate('disc', 0.62, 0.62, _BLUE, _RED, 1),
    Plate('triangle', 0.84, 0.74, _WHITE, _RED, 6),
    Plate('board', 0.62, 0.62, _BLUE, _WHITE, 3),
    Plate('board', 0.6, 0.6, _YELLOW, _WHITE, 5),
    Plate('board', 0.55, 0.8, _WHITE, (0.1, 0.1, 0.1), 4),
    Plate('board', 1.25, 0.4, _YELLOW, (0.1, 0.1, 0.1), 4),
    Plate('board', 1.3, 0.42, _BLUE, _WHITE, 4),
)


def _add_pole(stage: StreetStage, frame: Frame, height: float, width: float, color: Color) -> None:
    stage.solids.cylinder(frame, metal, LabelId.POLE, (width, height, width), color=color)
    stage.contact(frame, (width * 1.6, width * 1.6), 0.4)
    stage.cast(frame, (width / 2 + 0.05, width / 2 + 0.05), 0, min(height, 4.0), 0.7)


def _add_plate(stage: StreetStage, frame: Frame, plate: Plate, low: float) -> None:
    label, size = LabelId.TRAFFIC_SIGN, (plate.width, plate.height, 0.04)
    at, params = (0.0, low, -0.09), (float(plate.pattern),)
    if plate.shape == 'disc':
        stage.solids.cylinder(
            frame, sign_plate, label, size, at, plate.face, plate.symbol, axis='z', params=params
        )
        return
    taper = (plate.width / 2 - 0.03, 0.0, 0.0) if plate.shape == 'triangle' else (0.0, 0.0, 0.0)
    stage.solids.box(
        frame, sign_plate, label, size, at, plate.face, plate.symbol, taper=taper, params=params
    )


def add_sign(stage: StreetStage, frame: Frame) -> None:
    """Adds one or two traffic signs on a pole."""
    rng = stage.rng
    plate = rng.pick(_PLATES)
    low = rng.uniform(1.95, 2.3)
    _add_pole(stage, frame, low + plate.height, 0.09, rng.pick(_STEEL))
    turned = frame.at(0, 0, rng.uniform(-0.2, 0.2))
    _add_plate(stage, turned, plate, low)
    if rng.chance(0.3):
        second = rng.pick(_PLATES[:7])
        _add_plate(stage, turned, second, low - second.height - 0.05)


def add_direction_board(stage: StreetStage, frame: Frame) -> None:
    """Adds a large direction board on two poles."""
    rng = stage.rng
    face = rng.pick((_BLUE, _YELLOW, (0.12, 0.42, 0.25), _WHITE))
    symbol = (0.1, 0.1, 0.1) if face in (_YELLOW, _WHITE) else _WHITE
    width = rng.uniform(1.8, 2.6)
    for side in (-1, 1):
        _add_pole(stage, frame.at(side * width * 0.38, 0), 3.2, 0.1, _STEEL[0])
    plate = Plate('board', width, rng.uniform(1.0, 1.4), face, symbol, 4)
    _add_plate(stage, frame, plate, 1.9)


def add_lamp(stage: StreetStage, frame: Frame, reach: float) -> None:
    """Adds a street lamp.

    Args:
        stage: Where to add it.
        frame: Its foot.
        reach: How far its arm stretches to the right (negative: to the left) in metres.
    """
    rng, solids = stage.rng, stage.solids
    color = rng.pick(_STEEL)
    height = rng.uniform(5.5, 8.0)
    _add_pole(stage, frame, height, rng.uniform(0.14, 0.2), color)
    solids.cylinder(frame, metal, LabelId.POLE, (0.3, 0.9, 0.3), color=color)
    solids.box(
        frame, metal, LabelId.POLE, (abs(reach), 0.09, 0.09), (reach / 2, height - 0.1, 0), color
    )
    place = (reach, height - 0.16, 0)
    solids.box(frame, plain, LabelId.POLE, (0.75, 0.16, 0.32), place, (0.6, 0.6, 0.58))


def add_traffic_light(stage: StreetStage, frame: Frame, arm: float = 0.0) -> None:
    """Adds a traffic light.

    Args:
        stage: Where to add it.
        frame: Its foot.
        arm: How far a second head hangs over the street to the right (negative: to the left) in
            metres; 0 for none.
    """
    rng, solids = stage.rng, stage.solids
    color = rng.pick(_STEEL)
    lit = (float(rng.weighted({0: 0.45, 1: 0.1, 2: 0.45})),)
    height = 5.6 if arm else 3.3
    _add_pole(stage, frame, height, 0.15, color)
    heads = [(0.0, 2.3)]
    if arm:
        size = (abs(arm), 0.1, 0.1)
        solids.box(frame, metal, LabelId.POLE, size, (arm / 2, height - 0.2, 0), color)
        heads.append((arm, height - 0.7))
    for x, low in heads:
        solids.box(
            frame,
            signal_lamps,
            LabelId.TRAFFIC_LIGHT,
            (0.34, 0.98, 0.26),
            (x, low, -0.22),
            (0.11, 0.12, 0.11),
            params=lit,
        )


def add_bollards(stage: StreetStage, frame: Frame, count: int) -> None:
    """Adds a row of bollards along the z axis."""
    color = stage.rng.pick(((0.2, 0.2, 0.21), (0.55, 0.55, 0.55), (0.6, 0.15, 0.12)))
    for i in range(count):
        _add_pole(stage, frame.at(0, 1.8 * i), 0.95, 0.14, color)


def add_bin(stage: StreetStage, frame: Frame) -> None:
    """Adds a dustbin or a switch cabinet: static things without a class of their own."""
    rng = stage.rng
    if rng.chance(0.5):
        color = rng.pick(((0.2, 0.3, 0.22), (0.25, 0.26, 0.28), (0.6, 0.5, 0.15)))
        stage.solids.box(
            frame,
            plain,
            LabelId.STATIC,
            (0.6, 1.05, 0.65),
            color=color,
            taper=(-0.04, -0.04, -0.04),
        )
    else:
        size = (rng.uniform(0.7, 1.2), rng.uniform(1.0, 1.4), 0.4)
        stage.solids.box(frame, metal, LabelId.STATIC, size, color=(0.55, 0.57, 0.53))
    stage.contact(frame, (0.5, 0.5), 0.55)


def add_fence(stage: StreetStage, frame: Frame, length: float) -> None:
    """Adds a railing or a picket fence along the z axis of its frame, which is its middle."""
    rng = stage.rng
    color = rng.shade(rng.pick(((0.2, 0.22, 0.22), (0.5, 0.4, 0.3), (0.85, 0.85, 0.82),
                                  (0.45, 0.46, 0.47))))  # fmt: skip
    height = rng.uniform(0.95, 1.5)
    share = rng.uniform(0.3, 0.75)
    params = (rng.uniform(0.14, 0.22), share)
    behind = rng.shade((0.27, 0.3, 0.22), 0.04)
    stage.solids.box(
        frame,
        bars,
        LabelId.FENCE,
        (0.06, height, length),
        color=color,
        accent=behind,
        params=params,
    )
    count = max(int(length / 2.6), 1)
    if stage.is_near(frame):
        for i in range(count + 1):
            place = (0, 0, length * (i / count - 0.5) * 0.995)
            stage.solids.box(frame, plain, LabelId.FENCE, (0.1, height + 0.08, 0.1), place, color)


def add_wall(stage: StreetStage, frame: Frame, length: float, height: float) -> None:
    """Adds a free-standing wall along the z axis of its frame, which is its middle."""
    rng = stage.rng
    if rng.chance(0.6):
        color = rng.shade(rng.pick(((0.5, 0.3, 0.24), (0.55, 0.5, 0.43), (0.45, 0.44, 0.42))))
        stage.solids.box(
            frame,
            masonry,
            LabelId.WALL,
            (0.35, height, length),
            color=color,
            accent=(0.6, 0.58, 0.54),
            params=(rng.uniform(0.35, 0.6), rng.uniform(0.14, 0.25)),
        )
    else:
        color = rng.shade((0.6, 0.58, 0.55), 0.1)
        stage.solids.box(frame, concrete, LabelId.WALL, (0.35, height, length), color=color)
    coping = (0.5, 0.09, length + 0.1)
    stage.solids.box(frame, concrete, LabelId.WALL, coping, (0, height, 0), (0.55, 0.54, 0.52))
    stage.contact(frame, (0.7, length / 2 + 0.4), 0.4, square=True)
