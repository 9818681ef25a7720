"""Digits and signs as lines of a pen, within -1 to 1."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.decathlon.canvas import Pen, arc
from mmmtl_scenes.engine.scene_rng import Color

DIGITS: tuple[tuple[np.ndarray, ...], ...] = (
    (arc((0, 0), (0.55, 1)),),
    (np.array([(-0.35, -0.6), (0.1, -1), (0.1, 1)]),),
    (np.concatenate([arc((0, -0.45), (0.55, 0.55), 190, 400), [(-0.55, 1), (0.6, 1)]]),),
    (np.concatenate([arc((0, -0.5), (0.5, 0.5), 200, 450), arc((0, 0.5), (0.58, 0.5), 270, 520)]),),
    (np.array([(0.3, 1), (0.3, -1), (-0.6, 0.4), (0.62, 0.4)]),),
    (
        np.concatenate(
            [[(0.5, -1), (-0.4, -1), (-0.5, -0.05)], arc((-0.02, 0.38), (0.56, 0.62), 230, 515)]
        ),
    ),
    (
        np.array([(0.4, -1), (-0.2, -0.45), (-0.48, 0.1), (-0.53, 0.45)]),
        arc((0, 0.45), (0.53, 0.55)),
    ),
    (np.array([(-0.55, -1), (0.55, -1), (-0.1, 1)]),),
    (arc((0, -0.5), (0.47, 0.5)), arc((0, 0.5), (0.55, 0.5))),
    (
        arc((0, -0.45), (0.53, 0.55)),
        np.array([(0.53, -0.45), (0.48, -0.1), (0.2, 0.45), (-0.4, 1)]),
    ),
)
"""The lines of each digit."""


def write(pen: Pen, digits: str, width: float, color: Color) -> None:
    """Writes a number, in the middle and as high as fits its length.

    Args:
        pen: The pen.
        digits: The number.
        width: Width of the lines, in units of half a digit's height.
        color: Their colour.
    """
    size = min(1.0, 1.5 / len(digits))
    step = 1.5 * size
    for place, digit in enumerate(digits):
        inner = pen.moved(((place - (len(digits) - 1) / 2) * step, 0), size)
        for line in DIGITS[int(digit)]:
            inner.line(line, width, color)


def arrow(pen: Pen, width: float, color: Color) -> None:
    """Draws an arrow that points up.

    Args:
        pen: The pen.
        width: Width of its line.
        color: Its colour.
    """
    pen.line([(0, 1), (0, -0.3)], width, color)
    pen.polygon([(0, -1), (0.65, -0.2), (-0.65, -0.2)], color)
