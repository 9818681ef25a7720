"""Aeroplanes from the side: classes that differ in details, in any livery."""

from __future__ import annotations

from itertools import product

import numpy as np

from mmmtl_scenes.decathlon.camera import Size, any_color, expose, gradient, mottled, smooth_noise
from mmmtl_scenes.decathlon.canvas import Canvas, Pen
from mmmtl_scenes.engine.scene_rng import Color, SceneRNG

_LENGTHS = {'short': 0.66, 'long': 0.95}
_ENGINES = ('two at the wings', 'four at the wings', 'two at the tail')
_TAILS = ('low tailplane', 'high tailplane')
_VARIANTS = tuple(product(_LENGTHS, _ENGINES, _TAILS))

CLASSES: tuple[str, ...] = tuple(', '.join(variant) for variant in _VARIANTS)
"""Names of the classes."""


def size(rng: SceneRNG) -> Size:
    """Draws the size of a picture.

    Args:
        rng: Where the numbers come from.

    Returns:
        Height and width.
    """
    return 72, rng.integer(96, 116)


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
    length, engines, tail = _VARIANTS[index]
    light = rng.uniform(0.55, 0.9)
    sky = gradient(size, (light * 0.65, light * 0.8, light), (light, light, light * 0.98))
    sky = mottled(sky, smooth_noise(generator, size, rng.uniform(1, 3)), rng.uniform(0, 0.12))
    canvas = Canvas(sky)
    if rng.chance(0.5):
        ground = rng.uniform(0.55, 0.8)
        grey = rng.uniform(0.3, 0.5)
        soil = rng.shade((grey, grey + 0.03, grey - 0.02))
        Pen.at(canvas).box((-3, ground), (3, 2), soil)
    pen = Pen.at(
        canvas,
        (rng.uniform(-0.12, 0.12), rng.uniform(-0.1, 0.2)),
        rng.uniform(0.82, 0.93),
        rng.uniform(-9, 9),
        mirror=rng.chance(0.5),
    )
    _aeroplane(pen, _LENGTHS[length] * rng.uniform(0.97, 1.03), engines, tail, rng)
    return expose(canvas.picture(), rng, generator)


def _aeroplane(pen: Pen, half: float, engines: str, tail: str, rng: SceneRNG) -> None:
    hull = rng.shade((0.85, 0.86, 0.88), 0.1) if rng.chance(0.6) else any_color(rng, 0.3)
    livery, metal = any_color(rng), rng.shade((0.5, 0.52, 0.55))
    dark: Color = (0.12, 0.13, 0.17)
    radius = 0.11
    fin = [(half - 0.3, -radius), (half - 0.06, -0.5), (half + 0.06, -0.5), (half, -0.02)]
    pen.polygon(fin, livery)
    pen.polygon(
        [
            (-half, 0.05), (-half + 0.07, -0.06), (-half + 0.24, -radius), (half - 0.3, -radius),
            (half, -0.06), (half, -0.02), (half - 0.34, radius), (-half + 0.2, radius),
            (-half + 0.06, 0.09),
        ],
        hull,
    )  # fmt: skip
    pen.line([(-half + 0.13, 0.045), (half - 0.2, 0.045)], 0.03, livery)
    pen.polygon(
        [(-half + 0.09, -0.04), (-half + 0.2, -0.08), (-half + 0.2, -0.03)],
        dark,
    )
    for x in np.arange(-half + 0.27, half - 0.3, 0.075):
        pen.line([(x, -0.035), (x, -0.02)], 0.03, dark)
    height = -0.47 if tail == 'high tailplane' else -0.07
    pen.polygon([(half - 0.14, height), (half + 0.02, height), (half + 0.16, height - 0.05)], metal)
    pen.polygon([(-0.2, 0.04), (0.1, 0.04), (0.34, 0.22), (0.22, 0.22)], metal)
    if engines == 'two at the tail':
        _engine(pen, half - 0.38, -0.05, metal, dark)
        return
    _engine(pen, -0.12, 0.17, metal, dark)
    if engines == 'four at the wings':
        _engine(pen, 0.13, 0.27, metal, dark)


def _engine(pen: Pen, x: float, y: float, metal: Color, dark: Color) -> None:
    left, right = x - 0.1, x + 0.1
    pen.polygon([(left, y - 0.06), (right, y - 0.04), (right, y + 0.03), (left, y + 0.06)], metal)
    pen.line([(left, y - 0.05), (left, y + 0.05)], 0.03, dark)
