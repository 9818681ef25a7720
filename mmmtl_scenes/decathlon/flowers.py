"""Flowers before leaves: few pictures to train on, many to test on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mmmtl_scenes.decathlon.camera import Size, expose, mottled, plain, smooth_noise
from mmmtl_scenes.decathlon.canvas import Canvas, Pen, curve
from mmmtl_scenes.engine.scene_rng import Color, SceneRNG


class _Flower(NamedTuple):
    petals: int
    shape: str
    color: Color
    center: float
    center_color: Color
    rows: int = 1


_YELLOW, _BROWN = (0.95, 0.8, 0.1), (0.3, 0.18, 0.08)
_FLOWERS: dict[str, _Flower] = {
    'blue bell': _Flower(5, 'pointed', (0.35, 0.35, 0.85), 0.16, (0.9, 0.9, 0.95)),
    'blue star': _Flower(8, 'narrow', (0.3, 0.45, 0.9), 0.2, _YELLOW),
    'double rose': _Flower(8, 'round', (0.9, 0.35, 0.5), 0.12, (0.75, 0.2, 0.35), 3),
    'lilac cross': _Flower(4, 'round', (0.7, 0.5, 0.85), 0.12, _YELLOW),
    'orange daisy': _Flower(16, 'narrow', (0.95, 0.5, 0.1), 0.35, _BROWN),
    'orange lily': _Flower(6, 'pointed', (0.95, 0.45, 0.12), 0.1, _BROWN),
    'pink aster': _Flower(20, 'narrow', (0.88, 0.5, 0.75), 0.28, _YELLOW),
    'pink dogwood': _Flower(4, 'notched', (0.95, 0.65, 0.75), 0.15, (0.55, 0.7, 0.3)),
    'purple pansy': _Flower(5, 'round', (0.4, 0.15, 0.55), 0.2, _YELLOW),
    'red poppy': _Flower(4, 'round', (0.85, 0.12, 0.1), 0.28, (0.1, 0.08, 0.1)),
    'red tulip': _Flower(6, 'pointed', (0.8, 0.1, 0.15), 0.12, _YELLOW, 2),
    'sunflower': _Flower(18, 'pointed', (0.95, 0.75, 0.1), 0.5, _BROWN),
    'white daisy': _Flower(16, 'narrow', (0.95, 0.95, 0.93), 0.3, _YELLOW),
    'white lotus': _Flower(8, 'pointed', (0.95, 0.9, 0.92), 0.14, _YELLOW, 3),
    'yellow buttercup': _Flower(5, 'round', (0.95, 0.85, 0.15), 0.22, (0.8, 0.7, 0.1)),
    'yellow primrose': _Flower(5, 'notched', (0.95, 0.9, 0.5), 0.15, (0.9, 0.6, 0.1)),
}

CLASSES: tuple[str, ...] = tuple(_FLOWERS)
"""Names of the classes."""

_WIDTHS = {'narrow': 0.16, 'pointed': 0.3, 'round': 0.45, 'notched': 0.45}


def size(rng: SceneRNG) -> Size:
    """Draws the size of a picture.

    Args:
        rng: Where the numbers come from.

    Returns:
        Height and width.
    """
    longer = rng.integer(72, 100)
    return (72, longer) if rng.chance(0.7) else (longer, 72)


def draw(index: int, size: Size, rng: SceneRNG, generator: np.random.Generator) -> np.ndarray:
    """Draws a picture.

    Args:
        index: Class.
        size: Height and width.
        rng: Where single numbers come from.
        generator: Where fields of numbers come from.

    Returns:
        RGB from 0 to 1, float32 of shape (H, W, 3).
    """
    green = rng.shade((0.15, 0.3, 0.12), 0.08)
    canvas = Canvas(mottled(plain(size, green), smooth_noise(generator, size, 4), 0.5))
    for _ in range(rng.integer(4, 10)):
        place = (rng.uniform(-1.4, 1.4), rng.uniform(-1.4, 1.4))
        leaf = Pen.at(canvas, place, rng.uniform(0.3, 0.7), rng.uniform(0, 360))
        leaf.polygon(_petal(0.35, 'pointed'), rng.shade((0.2, 0.42, 0.15), 0.12))
    flower = _FLOWERS[CLASSES[index]]
    for _ in range(rng.integer(0, 2)):
        place = (rng.uniform(-1.2, 1.2), rng.uniform(-1.2, 1.2))
        _flower(Pen.at(canvas, place, rng.uniform(0.25, 0.4), stretch=0.8), flower, rng)
    pen = Pen.at(
        canvas,
        (rng.uniform(-0.15, 0.15), rng.uniform(-0.15, 0.15)),
        rng.uniform(0.65, 0.95),
        rng.uniform(0, 360),
        rng.uniform(0.7, 1.0),
    )
    _flower(pen, flower, rng)
    return expose(canvas.picture(), rng, generator, light=0.25, blur=0.8, noise=0.03)


def _flower(pen: Pen, flower: _Flower, rng: SceneRNG) -> None:
    color = rng.shade(flower.color, 0.08)
    outline = _petal(_WIDTHS[flower.shape], flower.shape)
    for row in range(flower.rows):
        size = 1 - 0.27 * row
        turn = rng.uniform(0, 360)
        for number in range(flower.petals):
            angle = turn + 360 * number / flower.petals + rng.uniform(-3, 3)
            petal = pen.moved((0, 0), size * rng.uniform(0.93, 1.0), angle)
            petal.polygon(outline, rng.shade(color, 0.07))
            petal.line([(0, -0.25), (0, -0.65)], 0.03, rng.shade(color, 0.2))
    pen.ellipse((0, 0), (flower.center, flower.center), rng.shade(flower.center_color))


def _petal(width: float, shape: str) -> np.ndarray:
    """Gives the outline of a petal that points up from the origin."""
    if shape == 'pointed':
        side = curve([(0, 0), (width * 2, -0.5), (0, -1)])
    else:
        dip = -0.8 if shape == 'notched' else -1
        side = curve([(0, 0), (width * 1.3, -0.3), (width * 1.5, -1.15), (0, dip)])
    return np.concatenate([side, side[::-1] * (-1, 1)])
