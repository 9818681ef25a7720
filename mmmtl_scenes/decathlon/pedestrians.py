"""Grey crops of streets with and without a pedestrian, as those of the Daimler benchmark."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.decathlon.camera import Size, expose, gradient, mottled, smooth_noise
from mmmtl_scenes.decathlon.canvas import Canvas, Pen
from mmmtl_scenes.engine.scene_rng import Color, SceneRNG

CLASSES: tuple[str, ...] = ('non-pedestrian', 'pedestrian')
"""Names of the classes."""


def size(rng: SceneRNG) -> Size:  # noqa: ARG001
    """Draws the size of a picture.

    Args:
        rng: Not read.

    Returns:
        Height and width.
    """
    return 144, 72


def draw(index: int, size: Size, rng: SceneRNG, generator: np.random.Generator) -> np.ndarray:
    """Draws a picture.

    Args:
        index: Class.
        size: Height and width.
        rng: Where single numbers come from.
        generator: Where fields of numbers come from.

    Returns:
        RGB from 0 to 1, the channels alike, float32 of shape (H, W, 3).
    """
    street = gradient(size, _grey(rng, 0.3, 0.8), _grey(rng, 0.2, 0.6))
    canvas = Canvas(mottled(street, smooth_noise(generator, size, rng.uniform(1, 5)), 0.2))
    for _ in range(rng.integer(1, 3 if CLASSES[index] == 'pedestrian' else 5)):
        _clutter(canvas, rng)
    if CLASSES[index] == 'pedestrian':
        place = (rng.uniform(-0.2, 0.2), rng.uniform(-0.15, 0.15))
        pen = Pen.at(canvas, place, rng.uniform(1.45, 1.75), rng.uniform(-3, 3))
        _person(pen, rng)
    picture = expose(canvas.picture(), rng, generator, blur=2.0, noise=0.04)
    return np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2)


def _grey(rng: SceneRNG, least: float, most: float) -> Color:
    level = rng.uniform(least, most)
    return level, level, level


def _clutter(canvas: Canvas, rng: SceneRNG) -> None:
    color = _grey(rng, 0.05, 0.95)
    x, y = rng.uniform(-1, 1), rng.uniform(-1.8, 1.8)
    pen = Pen.at(canvas, (x, y), 1, rng.uniform(-6, 6))
    kind = rng.integer(0, 3)
    if kind == 0:  # post
        pen.line([(0, -4), (0, rng.uniform(-y, 2 - y))], rng.uniform(0.06, 0.3), color)
    elif kind == 1:  # window or box
        half, height = rng.uniform(0.2, 0.7), rng.uniform(0.2, 0.8)
        pen.box((-half, -height), (half, height), color)
    elif kind == 2:  # bush
        for _ in range(4):
            middle = (rng.uniform(-0.4, 0.4), rng.uniform(-0.5, 0.5))
            pen.ellipse(middle, (0.35, 0.35), rng.shade(color))
    else:  # edge of a wall or a kerb
        pen.line([(-3, rng.uniform(-1, 1)), (3, rng.uniform(-1, 1))], 0.12, color)


def _person(pen: Pen, rng: SceneRNG) -> None:
    coat, trousers, skin = _grey(rng, 0.05, 0.9), _grey(rng, 0.05, 0.6), _grey(rng, 0.35, 0.8)
    stride, swing = rng.uniform(0.02, 0.22), rng.uniform(0.0, 0.18)
    width = rng.uniform(0.16, 0.22)
    for side in (-1, 1):
        foot = side * stride
        knee = (foot * 0.7 + rng.uniform(0, 0.05), 0.45)
        pen.line([(side * 0.05, 0.05), knee, (foot, 0.92)], 0.15, trousers)
        pen.line([(foot, 0.93), (foot + 0.08, 0.95)], 0.09, _grey(rng, 0.02, 0.2))
        pen.line([(side * width, -0.5), (side * (width + 0.04) + swing * side / 2, -0.15),
                  (side * width + swing, 0.1)], 0.1, coat)  # fmt: skip
    pen.polygon(
        [(-width - 0.03, -0.56), (width + 0.03, -0.56), (width, 0.14), (-width, 0.14)], coat
    )
    pen.line([(0, -0.6), (0, -0.7)], 0.12, skin)
    pen.ellipse((0, -0.82), (0.12, 0.15), skin)
    pen.ellipse((0, -0.84), (0.13, 0.14), _grey(rng, 0.03, 0.4), 180, 360)
