"""Single things in pictures of 32x32 that have been enlarged, as those of CIFAR."""

from __future__ import annotations

import cv2
import numpy as np

from mmmtl_scenes.decathlon.camera import Size, any_color, expose, mottled, plain, smooth_noise
from mmmtl_scenes.decathlon.canvas import Canvas, Pen
from mmmtl_scenes.decathlon.things import THINGS
from mmmtl_scenes.engine.scene_rng import SceneRNG

CLASSES: tuple[str, ...] = (
    'apple', 'bottle', 'butterfly', 'car', 'chair', 'clock', 'cup', 'fish', 'house', 'lamp',
    'mushroom', 'tree',
)  # fmt: skip
"""Names of the classes."""

_STORED: Size = (32, 32)


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
    blotches = smooth_noise(generator, _STORED, rng.uniform(1, 4))
    canvas = Canvas(mottled(plain(_STORED, any_color(rng)), blotches, rng.uniform(0.05, 0.5)))
    pen = Pen.at(
        canvas,
        (rng.uniform(-0.12, 0.12), rng.uniform(-0.12, 0.12)),
        rng.uniform(0.75, 1.0),
        rng.uniform(-15, 15),
        rng.uniform(0.85, 1.15),
        mirror=rng.chance(0.5),
    )
    THINGS[CLASSES[index]](pen, rng)
    small = expose(canvas.picture(), rng, generator, blur=0.7, noise=0.03)
    return cv2.resize(small, size[::-1], interpolation=cv2.INTER_CUBIC).clip(0, 1)
