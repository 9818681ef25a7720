"""Cars, vans, buses, trucks, trams and two-wheelers. They head along the z axis of their frame."""

from __future__ import annotations

from mmmtl_scenes.engine.materials import metal, plain
from mmmtl_scenes.engine.scene_rng import Color
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.people import add_rider
from mmmtl_scenes.streets.stage import StreetStage
from mmmtl_scenes.streets.vehicle_materials import bodywork, cabin, spokes, tyre

_PAINTS: tuple[Color, ...] = (
    (0.92, 0.92, 0.91),
    (0.75, 0.76, 0.78),
    (0.52, 0.54, 0.57),
    (0.3, 0.31, 0.33),
    (0.12, 0.12, 0.14),
    (0.16, 0.22, 0.42),
    (0.2, 0.34, 0.58),
    (0.6, 0.1, 0.1),
    (0.42, 0.12, 0.14),
    (0.18, 0.33, 0.24),
    (0.72, 0.62, 0.45),
    (0.85, 0.72, 0.15),
    (0.86, 0.42, 0.12),
    (0.45, 0.62, 0.68),
)
_RUBBER: Color = (0.33, 0.33, 0.34)
_RIM: Color = (0.62, 0.63, 0.65)

# length, width, height, height of the waistline, tapers of the cabin in front and behind, start of
# the cabin behind the nose, its end before the tail
_CARS: tuple[tuple[float, ...], ...] = (
    (4.05, 1.76, 1.47, 0.92, 0.95, 0.45, 0.85, 0.08),  # hatchback
    (4.65, 1.82, 1.44, 0.90, 1.0, 0.75, 1.05, 0.62),  # saloon
    (4.7, 1.82, 1.48, 0.92, 1.0, 0.35, 1.1, 0.06),  # estate
    (4.45, 1.86, 1.68, 1.05, 0.8, 0.35, 1.05, 0.1),  # sport utility
    (3.6, 1.62, 1.5, 0.92, 0.8, 0.3, 0.55, 0.06),  # small
    (4.9, 1.95, 1.98, 1.12, 0.85, 0.1, 0.55, 0.03),  # van
)


def add_car(stage: StreetStage, frame: Frame, braking: bool = False) -> None:
    """Adds a car of a random model and colour.

    Args:
        stage: Where to add it.
        frame: Its middle on the ground.
        braking: Whether its rear lights glow.
    """
    rng, solids = stage.rng, stage.solids
    length, width, height, waist, lean_front, lean_rear, hood, boot = rng.pick(_CARS)
    paint = rng.shade(rng.pick(_PAINTS), 0.04)
    clearance, radius = 0.2, rng.uniform(0.3, 0.34)
    front_axle, rear_axle = length / 2 - 0.82, length / 2 - 0.78
    lower = waist - clearance
    params = (front_axle, rear_axle, radius, float(braking), 0, 0, 0)
    shoulder = lower * 0.52 if stage.is_near(frame) else lower
    solids.box(
        frame,
        bodywork,
        LabelId.CAR,
        (width, shoulder, length),
        (0, clearance, 0),
        paint,
        taper=(-0.03, 0.03, 0.02),
        params=params,
    )
    start, end = length / 2 - hood, -length / 2 + boot
    size = (width - 0.14, height - waist, start - end)
    taper = (0.17, lean_front, lean_rear)
    middle = (0, waist, (start + end) / 2)
    solids.box(frame, cabin, LabelId.CAR, size, middle, paint, taper=taper, params=taper)
    if stage.is_near(frame):
        solids.box(
            frame,
            bodywork,
            LabelId.CAR,
            (width + 0.05, lower - shoulder, length - 0.03),
            (0, clearance + shoulder, 0),
            paint,
            taper=(0.12, 0.2, 0.1),
            params=(*params, shoulder),
        )
        nose = (width - 0.18, 0.1, hood + 0.2)
        place = (0.0, waist - 0.03, length / 2 - nose[2] / 2 - 0.1)
        solids.box(
            frame, plain, LabelId.CAR, nose, place, paint, taper=(0.1, 0.35, 0), params=(0.22,)
        )
        for side in (-1.0, 1.0) if stage.is_near(frame, 0.5) else ():
            place = (side * (width / 2 + 0.04), waist, start - 0.55)
            solids.box(frame, plain, LabelId.CAR, (0.2, 0.13, 0.1), place, paint)
    _add_axles(stage, frame, LabelId.CAR, (front_axle, -rear_axle), width, radius)
    stage.contact(frame, (width / 2 * 1.12, length / 2 * 1.06), 0.82, square=True)
    stage.cast(frame, (width / 2, length / 2), 0.1, height * 0.9, square=True)


def _add_axles(
    stage: StreetStage,
    frame: Frame,
    label: int,
    positions: tuple[float, ...],
    width: float,
    radius: float,
) -> None:
    """Adds a pair of wheels, as one cylinder, at each of several positions along a vehicle."""
    for position in positions:
        size = (width + 0.02, 2 * radius, 2 * radius)
        stage.solids.cylinder(frame, tyre, label, size, (0, 0, position), _RIM, axis='x')


def add_bus(stage: StreetStage, frame: Frame) -> None:
    """Adds a city bus."""
    rng = stage.rng
    color = rng.shade(rng.pick(((0.85, 0.75, 0.15), (0.75, 0.14, 0.12), (0.9, 0.9, 0.88),
                                  (0.2, 0.36, 0.62), (0.3, 0.5, 0.3))))  # fmt: skip
    _add_coach(stage, frame, LabelId.BUS, (2.5, 2.75, rng.uniform(10.5, 12)), color, 0.3)


def add_tram(stage: StreetStage, frame: Frame) -> None:
    """Adds a tram of two cars."""
    rng = stage.rng
    color = rng.shade(rng.pick(((0.85, 0.16, 0.14), (0.9, 0.85, 0.7), (0.2, 0.45, 0.7))))
    for place in (0.0, 13.4):
        _add_coach(stage, frame.at(0, place), LabelId.TRAIN, (2.4, 3.1, 13.0), color, 0.25)


def _add_coach(
    stage: StreetStage,
    frame: Frame,
    label: int,
    size: tuple[float, float, float],
    color: Color,
    clearance: float,
) -> None:
    width, height, length = size
    params = (length / 2 - 2.4, length / 2 - 3.0, 0.48, 1.0, 0.85, height - 0.55, 1.5)
    stage.solids.box(
        frame,
        bodywork,
        label,
        size,
        (0, clearance, 0),
        color,
        taper=(0.06, 0.15, 0.08),
        params=params,
    )
    top = (width - 0.3, 0.18, length - 1.5)
    stage.solids.box(frame, plain, label, top, (0, clearance + height, 0), (0.7, 0.7, 0.7))
    _add_axles(stage, frame, label, (length / 2 - 2.4, 3.0 - length / 2), width - 0.06, 0.48)
    stage.contact(frame, (width / 2 * 1.1, length / 2 * 1.03), 0.8, square=True)
    stage.cast(frame, (width / 2, length / 2), 0.2, height, square=True)


def add_truck(stage: StreetStage, frame: Frame) -> None:
    """Adds a lorry: a driver's cabin and a box."""
    rng, solids = stage.rng, stage.solids
    length, width = rng.uniform(6.2, 8.5), 2.4
    paint = rng.shade(rng.pick(_PAINTS), 0.04)
    cargo = rng.shade(rng.pick(((0.9, 0.9, 0.9), (0.75, 0.75, 0.72), (0.35, 0.42, 0.55),
                                  (0.7, 0.3, 0.2), (0.4, 0.5, 0.35))))  # fmt: skip
    label = LabelId.TRUCK
    front = length / 2 - 1.0
    params = (0.1, 99.0, 0.48, 0.0, 1.1, 1.85, 3.0)
    solids.box(
        frame,
        bodywork,
        label,
        (width - 0.1, 2.2, 2.0),
        (0, 0.4, front),
        paint,
        taper=(0.08, 0.3, 0.05),
        params=params,
    )
    box_height = rng.uniform(2.2, 2.7)
    size = (width, box_height, length - 2.2)
    solids.box(frame, plain, label, size, (0, 0.85, -1.1), cargo, params=(0.03,))
    base = (width - 0.3, 0.35, length - 0.6)
    solids.box(frame, plain, label, base, (0, 0.5, -0.2), (0.2, 0.2, 0.22))
    for side in (-1, 1):
        place = (side * (width / 2 - 0.25), 0.55, -length / 2 + 0.08)
        solids.box(frame, plain, label, (0.3, 0.14, 0.08), place, (0.65, 0.08, 0.08))
    _add_axles(stage, frame, label, (front, 1.2 - length / 2), width - 0.04, 0.48)
    stage.contact(frame, (width / 2 * 1.1, length / 2 * 1.04), 0.8, square=True)
    stage.cast(frame, (width / 2, length / 2), 0.3, 0.85 + box_height, square=True)


def add_bicycle(stage: StreetStage, frame: Frame, ridden: bool = False) -> None:
    """Adds a bicycle, with or without a rider."""
    rng, solids = stage.rng, stage.solids
    paint = rng.shade(rng.pick(_PAINTS), 0.08)
    label = LabelId.BICYCLE
    for place in (-0.52, 0.52):
        solids.cylinder(
            frame,
            spokes,
            label,
            (0.05, 0.68, 0.68),
            (0, 0, place),
            accent=(0.36, 0.35, 0.34),
            axis='x',
        )
    bars = (
        ((0.05, 0.06, 0.62), (0, 0.74, 0.02), 0.06),
        ((0.05, 0.06, 0.72), (0, 0.5, 0.1), -0.75),
        ((0.05, 0.06, 0.6), (0, 0.55, -0.25), 1.2),
        ((0.05, 0.06, 0.5), (0, 0.33, -0.28), 0.15),
        ((0.05, 0.6, 0.06), (0, 0.38, 0.46), -0.3),
    )
    for size, at, tilt in bars:
        solids.box(frame, plain, label, size, at, paint, tilt=tilt)
    solids.box(frame, plain, label, (0.14, 0.07, 0.26), (0, 0.88, -0.28), (0.12, 0.1, 0.1))
    solids.box(frame, plain, label, (0.5, 0.04, 0.05), (0, 1.0, 0.36), (0.15, 0.15, 0.15))
    stage.contact(frame, (0.3, 0.9), 0.4)
    stage.cast(frame, (0.15, 0.8), 0, 0.9, 0.6)
    if ridden:
        add_rider(stage, frame, seat=0.9)


def add_motorcycle(stage: StreetStage, frame: Frame, ridden: bool = False) -> None:
    """Adds a motorcycle or scooter, with or without a rider."""
    rng, solids = stage.rng, stage.solids
    paint = rng.shade(rng.pick(_PAINTS), 0.08)
    label = LabelId.MOTORCYCLE
    for place in (-0.66, 0.66):
        solids.cylinder(frame, tyre, label, (0.16, 0.6, 0.6), (0, 0, place), _RIM, axis='x')
    solids.box(frame, plain, label, (0.34, 0.36, 0.7), (0, 0.32, 0), (0.25, 0.25, 0.26))
    solids.ellipsoid(frame, plain, label, (0.38, 0.36, 0.7), (0, 0.6, 0.2), paint, params=(0.2,))
    solids.box(frame, plain, label, (0.3, 0.14, 0.75), (0, 0.72, -0.42), (0.1, 0.1, 0.1))
    solids.ellipsoid(frame, plain, label, (0.4, 0.46, 0.3), (0, 0.74, 0.62), paint, params=(0.2,))
    solids.box(frame, metal, label, (0.1, 0.6, 0.1), (0, 0.3, 0.66), _RUBBER, tilt=-0.35)
    solids.box(frame, plain, label, (0.7, 0.05, 0.06), (0, 1.04, 0.46), (0.15, 0.15, 0.15))
    solids.box(frame, plain, label, (0.16, 0.09, 0.05), (0, 0.62, -0.84), (0.7, 0.06, 0.06))
    stage.contact(frame, (0.4, 1.05), 0.6)
    stage.cast(frame, (0.25, 1.0), 0, 1.0, 0.7)
    if ridden:
        add_rider(stage, frame, seat=0.82, helmet=True)
