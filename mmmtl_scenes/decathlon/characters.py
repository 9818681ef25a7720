"""Handwritten characters of unknown alphabets: many classes with a few pictures of each."""

from __future__ import annotations

from functools import cache

import numpy as np

from mmmtl_scenes.decathlon.camera import Size, plain
from mmmtl_scenes.decathlon.canvas import Canvas, Pen, curve
from mmmtl_scenes.engine.scene_rng import SceneRNG

_ALPHABETS, _CHARACTERS = 5, 12
_BENDS = (2, 3, 4, 3, 4)
"""Control points of a line, by alphabet: the first one's are straight."""
_OWN_SEED = 20170726
_WHITE = (1.0, 1.0, 1.0)

CLASSES: tuple[str, ...] = tuple(
    f'alphabet {alphabet}, character {character:02d}'
    for alphabet in range(1, _ALPHABETS + 1)
    for character in range(1, _CHARACTERS + 1)
)
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
        generator: Where the writer's inaccuracy comes from.

    Returns:
        RGB from 0 to 1, white on black, float32 of shape (H, W, 3).
    """
    canvas = Canvas(plain(size, (0, 0, 0)))
    pen = Pen.at(
        canvas,
        (rng.uniform(-0.15, 0.15), rng.uniform(-0.15, 0.15)),
        rng.uniform(0.6, 0.85),
        rng.uniform(-10, 10),
        rng.uniform(0.8, 1.2),
        rng.uniform(-0.2, 0.2),
    )
    width = rng.uniform(0.1, 0.15)
    for line in lines_of(index):
        pen.line(curve(line + generator.normal(0, 0.05, line.shape), 20), width, _WHITE)
    return canvas.picture()


@cache
def lines_of(index: int) -> tuple[np.ndarray, ...]:
    """Gives how a character is written, the same for any seed of a set.

    Args:
        index: Class.

    Returns:
        Control points of each of its lines, shape (N, 2), within -1 to 1.
    """
    alphabet = index // _CHARACTERS
    rng = SceneRNG((_OWN_SEED, index))
    end = (rng.uniform(-1, 1), rng.uniform(-1, 1))
    lines = []
    for _ in range(rng.integer(2, 4)):
        start = end if rng.chance(0.5) else (rng.uniform(-1, 1), rng.uniform(-1, 1))
        end = _far_from(start, rng)
        bends = [(rng.uniform(-1.2, 1.2), rng.uniform(-1.2, 1.2)) for _ in range(_BENDS[alphabet])]
        lines.append(np.array([start, *bends[2:], end]))
    return tuple(lines)


def _far_from(start: tuple[float, float], rng: SceneRNG) -> tuple[float, float]:
    while True:
        end = (rng.uniform(-1, 1), rng.uniform(-1, 1))
        if np.hypot(end[0] - start[0], end[1] - start[1]) > 0.8:
            return end
