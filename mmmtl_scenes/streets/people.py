"""People on foot and on two wheels. They face along the z axis of their frame."""

from __future__ import annotations

from mmmtl_scenes.engine.materials import plain
from mmmtl_scenes.engine.scene_rng import Color, SceneRNG
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets.labels import ARMS, LEGS, LabelId, Limb
from mmmtl_scenes.streets.people_materials import cloth, head
from mmmtl_scenes.streets.stage import StreetStage

_SKINS: tuple[Color, ...] = (
    (0.86, 0.7, 0.6),
    (0.78, 0.6, 0.5),
    (0.62, 0.45, 0.35),
    (0.42, 0.29, 0.22),
    (0.9, 0.76, 0.68),
)
_HAIR: tuple[Color, ...] = (
    (0.12, 0.09, 0.08),
    (0.3, 0.2, 0.13),
    (0.55, 0.42, 0.25),
    (0.6, 0.59, 0.58),
    (0.2, 0.12, 0.1),
)
_TOPS: tuple[Color, ...] = (
    (0.15, 0.16, 0.2),
    (0.7, 0.15, 0.15),
    (0.85, 0.84, 0.82),
    (0.2, 0.3, 0.55),
    (0.35, 0.42, 0.3),
    (0.75, 0.6, 0.25),
    (0.45, 0.3, 0.24),
    (0.5, 0.5, 0.53),
    (0.25, 0.5, 0.52),
    (0.6, 0.3, 0.45),
)
_TROUSERS: tuple[Color, ...] = (
    (0.16, 0.2, 0.32),
    (0.12, 0.12, 0.13),
    (0.3, 0.29, 0.28),
    (0.5, 0.44, 0.35),
    (0.25, 0.33, 0.48),
)


def add_person(stage: StreetStage, frame: Frame) -> None:
    """Adds a walking or standing person of 1.2 m (children) to 1.9 m."""
    rng, solids = stage.rng, stage.solids
    tall = rng.uniform(1.2, 1.4) if rng.chance(0.1) else rng.uniform(1.58, 1.9)
    scale = tall / 1.75
    wide = scale * rng.uniform(0.92, 1.15)
    label = LabelId.PERSON
    top, trousers = rng.shade(rng.pick(_TOPS)), rng.shade(rng.pick(_TROUSERS))
    skin = rng.shade(rng.pick(_SKINS), 0.04)
    accent = rng.shade(rng.pick(_TOPS))
    pattern = (float(rng.weighted({0: 0.6, 1: 0.2, 2: 0.2})),)
    stride = rng.uniform(0.05, 0.42)
    near = stage.is_near(frame, 0.6)

    for side in (-1, 1):
        solids.part = LEGS[side]
        lean = side * stride
        size = (0.165 * wide, 0.88 * scale, 0.19 * wide)
        place = (side * 0.095 * wide, 0.0, -lean * 0.4 * scale)
        solids.box(
            frame,
            cloth,
            label,
            size,
            place,
            trousers,
            tilt=lean,
            taper=(-0.02 * wide, -0.02, -0.02),
        )
        if not near:
            continue
        shoe = (0.1 * wide, 0.08, 0.27 * scale)
        place = (side * 0.095 * wide, 0.0, (-lean * 0.83 + 0.05) * scale)
        solids.box(frame, plain, label, shoe, place, (0.14, 0.12, 0.12))
    solids.part = Limb.TORSO
    if rng.chance(0.2):
        skirt = (0.36 * wide, 0.55 * scale, 0.32 * wide)
        solids.box(
            frame, cloth, label, skirt, (0, 0.42 * scale, 0), trousers, taper=(0.05, 0.05, 0.05)
        )
    if near:
        hips = (0.34 * wide, 0.24 * scale, 0.24 * wide)
        solids.ellipsoid(frame, cloth, label, hips, (0, 0.74 * scale, 0), trousers)
    torso = (0.4 * wide, 0.64 * scale, 0.26 * wide)
    solids.cylinder(frame, cloth, label, torso, (0, 0.84 * scale, 0), top, accent, params=pattern)
    shoulders = (0.46 * wide, 0.2 * scale, 0.27 * wide)
    solids.ellipsoid(frame, cloth, label, shoulders, (0, 1.37 * scale, 0), top, accent)
    for side in (-1, 1):
        solids.part = ARMS[side]
        swing = -side * stride * 0.9
        size = (0.105 * wide, 0.66 * scale, 0.12 * wide)
        place = (side * 0.25 * wide, 0.8 * scale, -swing * 0.28 * scale)
        solids.box(frame, cloth, label, size, place, top, tilt=swing)
    _add_head(stage, frame, label, (0, 1.5 * scale, 0.01), skin, rng.shade(rng.pick(_HAIR)))
    solids.part = Limb.NONE
    if near and rng.chance(0.3):
        bag = rng.shade(rng.pick(_TOPS))
        place = (0, 0.98 * scale, -0.21 * wide)
        solids.box(frame, cloth, label, (0.3, 0.42, 0.16), place, bag, taper=(0.03, 0.03, 0.03))
    stage.contact(frame, (0.3, 0.34), 0.45)
    stage.cast(frame, (0.24, 0.2), 0, tall, 0.85)


def _add_head(
    stage: StreetStage,
    frame: Frame,
    label: int,
    place: tuple[float, float, float],
    skin: Color,
    hair: Color,
) -> None:
    solids, (x, height, z) = stage.solids, place
    solids.part = Limb.HEAD
    if stage.is_near(frame, 0.6):
        size = (0.11, 0.1, 0.11)
        solids.cylinder(frame, plain, label, size, (x, height - 0.04, z - 0.01), skin)
    solids.ellipsoid(frame, head, label, (0.18, 0.26, 0.22), (x, height, z), skin, hair)


def add_rider(stage: StreetStage, frame: Frame, seat: float, helmet: bool | None = None) -> None:
    """Adds the rider of a two-wheeler.

    Args:
        stage: Where to add the rider.
        frame: The middle of the two-wheeler on the ground.
        seat: Height of the saddle in metres.
        helmet: Whether the rider has a helmet; ``None`` leaves it to chance.
    """
    rng, solids = stage.rng, stage.solids
    label = LabelId.RIDER
    top, trousers = rng.shade(rng.pick(_TOPS)), rng.shade(rng.pick(_TROUSERS))
    for side in (-1, 1):
        solids.part = LEGS[side]
        bent = rng.uniform(0.0, 0.25)
        thigh, shin = (0.16, 0.16, 0.5), (0.13, 0.5, 0.13)
        solids.box(
            frame,
            cloth,
            label,
            thigh,
            (side * 0.13, seat - 0.16, -0.02),
            trousers,
            tilt=0.25 - bent,
        )
        solids.box(frame, cloth, label, shin, (side * 0.13, seat - 0.58, 0.16), trousers)
        solids.part = ARMS[side]
        arm = (0.1, 0.1, 0.62)
        place = (side * 0.22, seat + 0.26, 0.14)
        solids.box(frame, cloth, label, arm, place, top, yaw=-side * 0.08, tilt=0.5)
    solids.part = Limb.TORSO
    hips = (0.36, 0.24, 0.34)
    solids.ellipsoid(frame, cloth, label, hips, (0, seat - 0.04, -0.26), trousers)
    torso = (0.38, 0.62, 0.25)
    solids.box(
        frame, cloth, label, torso, (0, seat + 0.05, -0.14), top, tilt=0.3, taper=(0.02, 0.03, 0.03)
    )
    shoulders = (0.44, 0.2, 0.26)
    solids.ellipsoid(frame, cloth, label, shoulders, (0, seat + 0.52, -0.03), top)
    place = (0, seat + 0.68, 0.08)
    _add_head(stage, frame, label, place, _pick_skin(rng), rng.pick(_HAIR))
    if helmet or (helmet is None and rng.chance(0.4)):
        shell = rng.shade(rng.pick(_TOPS))
        size = (0.25, 0.2, 0.29)
        place = (0, seat + 0.8, 0.06)
        solids.ellipsoid(frame, plain, label, size, place, shell, params=(0.15,))
    solids.part = Limb.NONE


def _pick_skin(rng: SceneRNG) -> Color:
    return rng.shade(rng.pick(_SKINS), 0.04)
