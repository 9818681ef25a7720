"""What a camera makes of a scene: backgrounds, light, blur and noise."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from mmmtl_scenes.engine.scene_rng import Color, SceneRNG

Size = tuple[int, int]
"""Height and width in pixels."""


def smooth_noise(generator: np.random.Generator, size: Size, cells: float) -> np.ndarray:
    """Makes a random field without sharp edges.

    Args:
        generator: Where the numbers come from.
        size: Height and width.
        cells: Number of blotches along the shorter side, about.

    Returns:
        Float32 of shape (H, W), mostly from -1 to 1.
    """
    height, width = size
    cell = min(size) / cells
    grid = generator.normal(0, 0.6, (int(height / cell) + 2, int(width / cell) + 2))
    return cv2.resize(grid.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)


def plain(size: Size, color: Color) -> np.ndarray:
    """Makes a background of one colour.

    Args:
        size: Height and width.
        color: The colour.

    Returns:
        Float32 of shape (H, W, 3).
    """
    return np.broadcast_to(np.float32(color), (*size, 3)).copy()


def gradient(size: Size, top: Color, bottom: Color) -> np.ndarray:
    """Makes a background that goes from one colour to another, from top to bottom.

    Args:
        size: Height and width.
        top: Colour of the first row.
        bottom: Colour of the last row.

    Returns:
        Float32 of shape (H, W, 3).
    """
    down = np.linspace(0, 1, size[0], dtype=np.float32)[:, None, None]
    rows = np.float32(top) * (1 - down) + np.float32(bottom) * down
    return np.repeat(rows, size[1], axis=1)


def mottled(picture: np.ndarray, field: np.ndarray, amount: float) -> np.ndarray:
    """Makes a picture lighter and darker in places.

    Args:
        picture: Float of shape (H, W, 3).
        field: Where, shape (H, W), from -1 to 1.
        amount: By how much.

    Returns:
        Float32 of shape (H, W, 3).
    """
    lit: np.ndarray = (picture * (1 + np.float32(amount) * field[..., None])).astype(np.float32)
    return lit


def any_color(rng: SceneRNG, least: float = 0.05, most: float = 0.95) -> Color:
    """Draws a colour.

    Args:
        rng: Where the numbers come from.
        least: Least value of a channel. Defaults to 0.05.
        most: Largest value of a channel. Defaults to 0.95.

    Returns:
        The colour.
    """
    return rng.uniform(least, most), rng.uniform(least, most), rng.uniform(least, most)


def apart_from(
    color: Color, rng: SceneRNG, draw: Callable[[SceneRNG], Color] = any_color, gap: float = 0.35
) -> Color:
    """Draws a colour that one can tell from another by its brightness.

    Args:
        color: The other.
        rng: Where the numbers come from.
        draw: Draws a colour. Defaults to any.
        gap: By how much they differ at least. Defaults to 0.35.

    Returns:
        A colour; black or white if none was drawn.
    """
    for _ in range(20):
        found = draw(rng)
        if abs(brightness(found) - brightness(color)) >= gap:
            return found
    level = 0.05 if brightness(color) > 0.5 else 0.95
    return level, level, level


def brightness(color: Color) -> float:
    """Gives the brightness of a colour.

    Args:
        color: The colour.

    Returns:
        From 0 to 1.
    """
    red, green, blue = color
    return 0.299 * red + 0.587 * green + 0.114 * blue


def expose(
    picture: np.ndarray,
    rng: SceneRNG,
    generator: np.random.Generator,
    light: float = 0.2,
    blur: float = 0.6,
    noise: float = 0.02,
) -> np.ndarray:
    """Takes a photograph: other light, blur and noise.

    Args:
        picture: Float of shape (H, W, 3) from 0 to 1.
        rng: Where single numbers come from.
        generator: Where the noise comes from.
        light: By how much it is lighter or darker at most. Defaults to 0.2.
        blur: Largest deviation of the blur in pixels. Defaults to 0.6.
        noise: Largest deviation of the noise. Defaults to 0.02.

    Returns:
        Float32 of shape (H, W, 3).
    """
    gain = 1 + rng.uniform(-light, light)
    cast = np.float32([gain * (1 + rng.uniform(-light, light) / 4) for _ in range(3)])
    lit = picture.astype(np.float32) * cast + np.float32(rng.uniform(-light, light) / 4)
    deviation = rng.uniform(0, blur)
    if deviation > 0.2:
        lit = cv2.GaussianBlur(lit, (0, 0), deviation)
    grain = generator.normal(0, rng.uniform(0, noise), picture.shape)
    return (lit + grain.astype(np.float32)).clip(0, 1)
