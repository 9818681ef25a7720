"""A digit of a house number, between parts of its neighbours."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.decathlon.camera import (
    Size,
    any_color,
    apart_from,
    expose,
    mottled,
    plain,
    smooth_noise,
)
from mmmtl_scenes.decathlon.canvas import Canvas, Pen
from mmmtl_scenes.decathlon.strokes import write
from mmmtl_scenes.engine.scene_rng import SceneRNG

CLASSES: tuple[str, ...] = tuple('0123456789')
"""Names of the classes."""


def size(rng: SceneRNG) -> Size:  # noqa: ARG001
    """Draws the size of a picture.

    Args:
        rng: Not read.

    Returns:
        Height and width.
    """
    return 72, 72


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
    wall = any_color(rng)
    ink = apart_from(wall, rng)
    blotches = smooth_noise(generator, size, rng.uniform(1, 4))
    canvas = Canvas(mottled(plain(size, wall), blotches, rng.uniform(0.02, 0.2)))
    half, step, width = rng.uniform(0.6, 0.8), rng.uniform(0.95, 1.15), rng.uniform(0.16, 0.34)
    angle, stretch, slant = rng.uniform(-9, 9), rng.uniform(0.7, 1.0), rng.uniform(-0.05, 0.25)
    x, y = rng.uniform(-0.1, 0.1), rng.uniform(-0.1, 0.1)
    digits = {0: CLASSES[index]}
    digits |= {side: rng.pick(CLASSES) for side in (-1, 1) if rng.chance(0.6)}
    for place, digit in digits.items():
        middle = (x + place * step * stretch, y + place * step * np.tan(np.deg2rad(angle)))
        write(Pen.at(canvas, middle, half, angle, stretch, slant), digit, width, ink)
    return expose(canvas.picture(), rng, generator, light=0.25, blur=2.0, noise=0.05)
