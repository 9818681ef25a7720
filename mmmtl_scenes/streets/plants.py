"""Trees, bushes and hedges."""

from __future__ import annotations

from math import cos, pi, sin

from mmmtl_scenes.engine.materials import leaves, plain
from mmmtl_scenes.engine.scene_rng import Color
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.stage import StreetStage

_GREENS: tuple[Color, ...] = (
    (0.32, 0.42, 0.18),
    (0.26, 0.38, 0.2),
    (0.38, 0.46, 0.2),
    (0.22, 0.33, 0.2),
    (0.44, 0.47, 0.24),
    (0.3, 0.36, 0.24),
)
_AUTUMN: tuple[Color, ...] = ((0.6, 0.42, 0.14), (0.55, 0.3, 0.14), (0.58, 0.5, 0.2))
_BLOSSOM: tuple[Color, ...] = ((0.8, 0.76, 0.7), (0.78, 0.5, 0.55), (0.7, 0.62, 0.25))
_BARK: Color = (0.3, 0.26, 0.22)


def pick_foliage(stage: StreetStage) -> tuple[Color, Color, float]:
    """Chooses two colours of leaves and the share of the second."""
    rng = stage.rng
    first = rng.shade(rng.pick(_GREENS), 0.05)
    if rng.chance(0.12):
        first = rng.shade(rng.pick(_AUTUMN), 0.05)
    second = rng.shade(rng.pick(_BLOSSOM if rng.chance(0.3) else _AUTUMN), 0.05)
    return first, second, rng.uniform(0.0, 0.35)


def add_tree(
    stage: StreetStage,
    frame: Frame,
    height: float,
    foliage: tuple[Color, Color, float],
    clear: float = 0.35,
) -> None:
    """Adds a broad-leaved tree.

    Args:
        stage: Where to add it.
        frame: Foot of the trunk.
        height: Its height in metres.
        foliage: See :func:`pick_foliage`.
        clear: Share of the height below the crown.
    """
    rng, solids = stage.rng, stage.solids
    color, accent, share = foliage
    low = clear * height
    tall = height - low
    radius = tall * rng.uniform(0.34, 0.46)
    thick = 0.09 + 0.028 * height
    bark = rng.shade(_BARK, 0.06)
    label = LabelId.VEGETATION
    solids.cylinder(frame, plain, label, (thick, low + tall * 0.4, thick), color=bark)
    if stage.is_near(frame):
        for turn in (0.4, 2.5, 4.4):
            limb = frame.at(0, 0, turn + rng.uniform(-0.4, 0.4))
            size = (thick * 0.5, tall * 0.36, thick * 0.5)
            place = (0.0, low - 0.05, tall * 0.11)
            solids.box(limb, plain, label, size, place, bark, tilt=0.62)
        count = 8 if stage.is_near(frame, 0.6) else 5
    else:
        count = 3
    crown = (1.5 * radius, 0.78 * tall, 1.5 * radius)
    solids.ellipsoid(
        frame,
        leaves,
        label,
        crown,
        (0, low + 0.12 * tall, 0),
        color,
        accent,
        ragged=1.0,
        params=(share,),
    )
    for i in range(count):
        turn = 2 * pi * (i + rng.uniform(-0.3, 0.3)) / count * 2.4
        level = rng.uniform(0.12, 0.78)
        reach = radius * (1.05 - 0.95 * abs(level - 0.38)) * rng.uniform(0.5, 0.75)
        width = radius * rng.uniform(0.85, 1.2)
        size = (width, width * rng.uniform(0.75, 0.95), width)
        place = (reach * cos(turn), low + level * tall - size[1] * 0.4, reach * sin(turn))
        solids.ellipsoid(
            frame,
            leaves,
            label,
            size,
            place,
            rng.shade(color, 0.025),
            accent,
            ragged=0.95,
            params=(share,),
        )
    stage.contact(frame, (thick * 1.3, thick * 1.3), 0.5)
    stage.cast(frame, (radius * 1.1, radius * 1.1), low, height, 0.8)


def add_conifer(stage: StreetStage, frame: Frame, height: float) -> None:
    """Adds a fir or a cypress: a stack of ever smaller whorls."""
    rng, solids = stage.rng, stage.solids
    color = rng.shade((0.2, 0.3, 0.19), 0.05)
    label = LabelId.VEGETATION
    radius = height * rng.uniform(0.14, 0.22)
    solids.cylinder(frame, plain, label, (0.3, height * 0.3, 0.3), color=_BARK)
    count = 5 if stage.is_near(frame) else 3
    for i in range(count):
        width = 2 * radius * (1 - 0.78 * i / count)
        size = (width, height * 1.5 / count, width)
        place = (0, height * (0.08 + 0.82 * i / count), 0)
        solids.ellipsoid(frame, leaves, label, size, place, color, ragged=0.7)
    stage.contact(frame, (radius * 0.8, radius * 0.8), 0.4)
    stage.cast(frame, (radius, radius), 0.5, height, 0.8)


def add_bush(stage: StreetStage, frame: Frame, size: float) -> None:
    """Adds a bush of a height in metres."""
    rng = stage.rng
    color, accent, share = pick_foliage(stage)
    for _ in range(3 if stage.is_near(frame) else 1):
        width = size * rng.uniform(0.9, 1.5)
        place = (rng.uniform(-0.4, 0.4) * size, -0.15 * size, rng.uniform(-0.4, 0.4) * size)
        stage.solids.ellipsoid(
            frame,
            leaves,
            LabelId.VEGETATION,
            (width, size * rng.uniform(0.9, 1.2), width),
            place,
            rng.shade(color, 0.03),
            accent,
            ragged=0.5,
            params=(share,),
        )
    stage.contact(frame, (size * 0.75, size * 0.75), 0.55)


def add_hedge(stage: StreetStage, frame: Frame, length: float, height: float) -> None:
    """Adds a clipped hedge along the z axis of its frame, which is its middle."""
    rng = stage.rng
    color, accent, share = pick_foliage(stage)
    share *= 0.5
    size = (0.8, height, length)
    stage.solids.box(
        frame,
        leaves,
        LabelId.VEGETATION,
        size,
        color=color,
        accent=accent,
        taper=(0.1, 0.1, 0.1),
        params=(share,),
    )
    if not stage.is_near(frame.at(0, -length / 2)):
        return
    count = int(length / 1.5)
    for i in range(count):
        place = (0, height - 0.22, length * ((i + 0.5) / count - 0.5))
        lump = (0.95, rng.uniform(0.35, 0.55), 2.4)
        stage.solids.ellipsoid(
            frame,
            leaves,
            LabelId.VEGETATION,
            lump,
            place,
            color,
            accent,
            ragged=0.5,
            params=(share,),
        )
