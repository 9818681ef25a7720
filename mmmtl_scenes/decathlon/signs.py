"""Traffic signs in any light: two of the classes are mirror images of each other."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.decathlon.camera import Size, any_color, expose, gradient, mottled, smooth_noise
from mmmtl_scenes.decathlon.canvas import Canvas, Pen, arc
from mmmtl_scenes.decathlon.strokes import arrow, write
from mmmtl_scenes.engine.scene_rng import Color, SceneRNG

_RED: Color = (0.75, 0.08, 0.1)
_BLUE: Color = (0.08, 0.25, 0.62)
_YELLOW: Color = (0.93, 0.75, 0.1)
_WHITE: Color = (0.93, 0.93, 0.92)
_BLACK: Color = (0.06, 0.06, 0.07)
_TURNS = {'turn left': -90.0, 'turn right': 90.0, 'ahead only': 0.0}

CLASSES: tuple[str, ...] = (
    'limit 30', 'limit 50', 'limit 80', 'limit 100', 'no entry', 'stop', 'yield', 'priority road',
    'danger', *_TURNS,
)  # fmt: skip
"""Names of the classes."""


def size(rng: SceneRNG) -> Size:
    """Draws the size of a picture.

    Args:
        rng: Where the numbers come from.

    Returns:
        Height and width.
    """
    return 72, rng.integer(72, 80)


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
    behind = gradient(size, any_color(rng), any_color(rng))
    canvas = Canvas(mottled(behind, smooth_noise(generator, size, rng.uniform(2, 6)), 0.3))
    pen = Pen.at(
        canvas,
        (rng.uniform(-0.1, 0.1), rng.uniform(-0.1, 0.1)),
        rng.uniform(0.65, 0.9),
        rng.uniform(-8, 8),
        rng.uniform(0.85, 1.0),
    )
    _sign(pen, CLASSES[index])
    dark = canvas.picture() * np.float32(rng.uniform(0.25, 1.0))
    return expose(dark, rng, generator, light=0.15, blur=2.0, noise=0.04)


def _sign(pen: Pen, name: str) -> None:
    if name.startswith('limit '):
        pen.ellipse((0, 0), (1, 1), _RED)
        pen.ellipse((0, 0), (0.78, 0.78), _WHITE)
        write(pen.moved((0, 0), 0.48), name.removeprefix('limit '), 0.27, _BLACK)
    elif name == 'no entry':
        pen.ellipse((0, 0), (1, 1), _RED)
        pen.box((-0.72, -0.18), (0.72, 0.18), _WHITE)
    elif name == 'stop':
        pen.polygon(_regular(8, 22.5), _WHITE)
        pen.moved((0, 0), 0.92).polygon(_regular(8, 22.5), _RED)
        for x in (-0.5, -0.17, 0.17, 0.5):  # four letters that nobody can read at this size
            pen.line([(x, -0.25), (x, 0.25)], 0.14, _WHITE)
    elif name in ('yield', 'danger'):
        start = 90 if name == 'yield' else -90
        pen.polygon(_regular(3, start), _RED)
        pen.moved((0, 0), 0.62).polygon(_regular(3, start), _WHITE)
        if name == 'danger':
            pen.line([(0, -0.3), (0, 0.08)], 0.16, _BLACK)
            pen.line([(0, 0.26), (0, 0.28)], 0.16, _BLACK)
    elif name == 'priority road':
        pen.polygon(_regular(4, 0), _WHITE)
        pen.moved((0, 0), 0.72).polygon(_regular(4, 0), _YELLOW)
    else:
        pen.ellipse((0, 0), (1, 1), _WHITE)
        pen.ellipse((0, 0), (0.93, 0.93), _BLUE)
        arrow(pen.moved((0, 0), 0.6, _TURNS[name]), 0.3, _WHITE)


def _regular(corners: int, start: float) -> np.ndarray:
    angles = [start + 360 * number / corners for number in range(corners)]
    return np.concatenate([arc((0, 0), (1, 1), angle, angle)[:1] for angle in angles])
