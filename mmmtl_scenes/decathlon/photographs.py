"""A thing in its surroundings, with others behind it: many classes, as those of ImageNet."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.decathlon.camera import Size, any_color, expose, gradient, mottled, smooth_noise
from mmmtl_scenes.decathlon.canvas import Canvas, Pen
from mmmtl_scenes.decathlon.things import THINGS
from mmmtl_scenes.engine.scene_rng import Color, SceneRNG

CLASSES: tuple[str, ...] = tuple(THINGS)
"""Names of the classes."""

_PLACES: tuple[tuple[Color, Color, Color], ...] = (
    ((0.5, 0.7, 0.95), (0.8, 0.88, 0.95), (0.35, 0.55, 0.25)),  # meadow
    ((0.45, 0.65, 0.9), (0.85, 0.85, 0.8), (0.8, 0.7, 0.5)),  # sand
    ((0.75, 0.72, 0.68), (0.7, 0.66, 0.6), (0.5, 0.35, 0.22)),  # room
    ((0.6, 0.62, 0.66), (0.5, 0.52, 0.55), (0.35, 0.35, 0.37)),  # street
    ((0.08, 0.1, 0.2), (0.2, 0.2, 0.3), (0.1, 0.13, 0.12)),  # night
    ((0.9, 0.9, 0.92), (0.85, 0.85, 0.88), (0.92, 0.93, 0.96)),  # snow
)
"""Colours of each place: above, at the horizon, of the ground."""


def size(rng: SceneRNG) -> Size:
    """Draws the size of a picture.

    Args:
        rng: Where the numbers come from.

    Returns:
        Height and width.
    """
    longer = rng.integer(72, 108)
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
    top, horizon, ground = (rng.shade(color, 0.12) for color in rng.pick(_PLACES))
    behind = mottled(gradient(size, top, horizon), smooth_noise(generator, size, 3), 0.06)
    row = round(size[0] * rng.uniform(0.45, 0.75))
    behind[row:] = ground
    behind[row:] = mottled(behind, smooth_noise(generator, size, 9), 0.18)[row:]
    canvas = Canvas(behind)
    for _ in range(rng.integer(0, 4)):
        _place(canvas, rng, rng.pick(CLASSES), rng.uniform(0.15, 0.3), spread=0.95)
    for _ in range(rng.integer(0, 3)):
        place = (rng.uniform(-1, 1), rng.uniform(-1, 1))
        radii = (rng.uniform(0.05, 0.25), rng.uniform(0.05, 0.25))
        Pen.at(canvas, place).ellipse((0, 0), radii, any_color(rng))
    _place(canvas, rng, CLASSES[index], rng.uniform(0.55, 0.85), spread=0.2)
    return expose(canvas.picture(), rng, generator, light=0.3, blur=0.9, noise=0.04)


def _place(canvas: Canvas, rng: SceneRNG, name: str, half: float, spread: float) -> None:
    pen = Pen.at(
        canvas,
        (rng.uniform(-spread, spread), rng.uniform(-spread, spread)),
        half,
        rng.uniform(-20, 20),
        rng.uniform(0.75, 1.25),
        rng.uniform(-0.15, 0.15),
        rng.chance(0.5),
    )
    THINGS[name](pen, rng)
