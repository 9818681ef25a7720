"""Houses: town houses in rows, detached houses with gables, and the skyline behind them."""

from __future__ import annotations

from mmmtl_scenes.engine.materials import plain
from mmmtl_scenes.engine.scene_rng import Color
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets.house_materials import facade, roof
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.stage import StreetStage

_PLASTER: tuple[Color, ...] = (
    (0.82, 0.78, 0.68),
    (0.74, 0.7, 0.64),
    (0.85, 0.83, 0.8),
    (0.76, 0.62, 0.48),
    (0.68, 0.7, 0.72),
    (0.8, 0.7, 0.5),
    (0.66, 0.52, 0.46),
    (0.62, 0.66, 0.6),
    (0.56, 0.55, 0.54),
    (0.82, 0.72, 0.66),
)
_BRICK: tuple[Color, ...] = (
    (0.55, 0.33, 0.26),
    (0.48, 0.27, 0.22),
    (0.62, 0.45, 0.34),
    (0.5, 0.42, 0.36),
)
_TRIM: tuple[Color, ...] = (
    (0.86, 0.85, 0.82),
    (0.72, 0.7, 0.66),
    (0.5, 0.48, 0.46),
    (0.32, 0.31, 0.31),
    (0.9, 0.88, 0.84),
)
_TILES: tuple[Color, ...] = (
    (0.5, 0.26, 0.2),
    (0.38, 0.24, 0.2),
    (0.32, 0.32, 0.34),
    (0.42, 0.36, 0.32),
)


def _facade_params(
    stage: StreetStage, storey: float, shops: bool, brick: bool
) -> tuple[float, ...]:
    rng = stage.rng
    bands = rng.chance(0.15)
    return (
        storey,
        rng.uniform(1.9, 3.4),
        rng.uniform(0.8, 0.95) if bands else rng.uniform(0.38, 0.6),
        rng.uniform(0.42, 0.62),
        rng.uniform(3.6, 4.5) if shops else storey,
        float(brick),
        float(shops),
        rng.uniform(0, 90),
    )


def add_town_house(
    stage: StreetStage, frame: Frame, size: tuple[float, float], storeys: int, shops: bool
) -> float:
    """Adds a house of a closed row, whose front looks along the negative x axis of its frame.

    Args:
        stage: Where to add it.
        frame: The middle of its front at the foot.
        size: Width along the street and depth away from it, in metres.
        storeys: Storeys above the ground floor.
        shops: Whether the ground floor has shop windows.

    Returns:
        Its height at the eaves in metres.
    """
    rng, solids = stage.rng, stage.solids
    length, depth = size
    brick = rng.chance(0.3)
    color = rng.shade(rng.pick(_BRICK if brick else _PLASTER), 0.07)
    trim = rng.shade(rng.pick(_TRIM), 0.04)
    storey = rng.uniform(2.9, 3.4)
    params = _facade_params(stage, storey, shops, brick)
    height = params[4] + storeys * storey + 0.55
    label = LabelId.BUILDING
    middle = (depth / 2, 0, 0)
    solids.box(frame, facade, label, (depth, height, length), middle, color, trim, params=params)
    near = stage.is_near(frame.at(0, -length / 2))
    if near:
        cornice = (0.35, 0.3, length)
        solids.box(frame, plain, label, cornice, (-0.05, height - 0.32, 0), trim)
    style = rng.weighted({'flat': 0.4, 'mansard': 0.25, 'gable': 0.35})
    tiles = rng.shade(rng.pick(_TILES), 0.05)
    if style == 'mansard':
        top = (depth, 2.7, length)
        solids.box(frame, roof, label, top, (depth / 2, height, 0), tiles, taper=(1.1, 0, 0))
    elif style == 'gable':
        rise = rng.uniform(2.0, 3.5)
        top = (depth + 0.5, rise, length)
        taper = (depth / 2 + 0.2, 0.0, 0.0)
        solids.box(frame, roof, label, top, (depth / 2, height, 0), tiles, taper=taper)
    if near and shops and rng.chance(0.5):
        _add_awning(stage, frame, rng.uniform(2.5, min(6.0, length - 1)), params[4])
    if near and not shops and storeys > 1 and rng.chance(0.45):
        _add_balconies(stage, frame, length, storeys, params, trim)
    if near and rng.chance(0.5):
        size_up = (1.2, rng.uniform(0.9, 2.0), 1.0)
        place = (
            depth * 0.4,
            height + (1.6 if style != 'flat' else 0),
            rng.uniform(-0.3, 0.3) * length,
        )
        solids.box(frame, plain, label, size_up, place, rng.shade(_BRICK[0]))
    return height


def _add_awning(stage: StreetStage, frame: Frame, length: float, ground: float) -> None:
    rng = stage.rng
    color = rng.shade(rng.pick(((0.6, 0.14, 0.14), (0.15, 0.35, 0.25), (0.85, 0.8, 0.7),
                                  (0.2, 0.25, 0.45))))  # fmt: skip
    place = (-0.6, ground * 0.68, rng.uniform(-2, 2))
    stage.solids.box(
        frame, plain, LabelId.BUILDING, (1.2, 0.55, length), place, color, taper=(0.5, 0, 0)
    )


def _add_balconies(
    stage: StreetStage,
    frame: Frame,
    length: float,
    storeys: int,
    params: tuple[float, ...],
    trim: Color,
) -> None:
    where = stage.rng.uniform(-0.25, 0.25) * length
    for level in range(1, storeys):
        height = params[4] + level * params[0] + 0.05
        size = (1.1, 0.95, 3.0)
        stage.solids.box(frame, plain, LabelId.BUILDING, size, (-0.5, height, where), trim)


def add_detached_house(stage: StreetStage, frame: Frame, size: tuple[float, float]) -> float:
    """Adds a house with a pitched roof; see :func:`add_town_house`."""
    rng, solids = stage.rng, stage.solids
    length, depth = size
    brick = rng.chance(0.35)
    color = rng.shade(rng.pick(_BRICK if brick else _PLASTER), 0.07)
    trim = rng.shade(rng.pick(_TRIM), 0.04)
    tiles = rng.shade(rng.pick(_TILES), 0.06)
    storey = rng.uniform(2.7, 3.1)
    params = _facade_params(stage, storey, False, brick)
    height = storey * rng.integer(1, 3) + 0.6
    label = LabelId.BUILDING
    middle = (depth / 2, 0.0, 0.0)
    solids.box(frame, facade, label, (depth, height, length), middle, color, trim, params=params)
    rise = rng.uniform(2.4, 4.0)
    if rng.chance(0.5):
        top, taper = (depth + 0.8, rise, length + 0.6), (depth / 2 + 0.3, 0.1, 0.1)
    else:
        half = length / 2 + 0.2
        top, taper = (depth + 0.6, rise, length + 0.8), (0.1, half, half)
        if rng.chance(0.4):
            taper = (depth * 0.3, half, half)
    solids.box(frame, roof, label, top, (depth / 2, height, 0), tiles, taper=taper)
    chimney = (0.6, rise + 0.5, 0.6)
    place = (depth * rng.uniform(0.35, 0.65), height, length * rng.uniform(-0.25, 0.25))
    solids.box(frame, plain, label, chimney, place, rng.shade(_BRICK[0]))
    return height + rise * 0.6


def add_block(stage: StreetStage, frame: Frame, size: tuple[float, float, float]) -> None:
    """Adds a plain distant building, centred on its frame.

    Args:
        stage: Where to add it.
        frame: The middle of its foot.
        size: Width, height and length in metres.
    """
    rng = stage.rng
    color = rng.shade(rng.pick(_PLASTER), 0.08)
    params = _facade_params(stage, rng.uniform(2.9, 3.3), False, False)
    stage.solids.box(
        frame, facade, LabelId.BUILDING, size, color=color, accent=rng.pick(_TRIM), params=params
    )
    if rng.chance(0.4):
        width, height, length = size
        top = (width + 0.4, rng.uniform(2, 3.5), length + 0.4)
        taper = (width / 2, 0.0, 0.0)
        tiles = rng.shade(rng.pick(_TILES))
        stage.solids.box(frame, roof, LabelId.BUILDING, top, (0, height, 0), tiles, taper=taper)
