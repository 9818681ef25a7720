"""Patterns in any two colours, sizes and directions, as those of the Describable Textures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mmmtl_scenes.decathlon.camera import (
    Size,
    any_color,
    apart_from,
    expose,
    mottled,
    smooth_noise,
)
from mmmtl_scenes.engine.scene_rng import SceneRNG


@dataclass(frozen=True)
class _Plane:
    """The plane of a pattern whose cells are 1 wide: its coordinates at each pixel, (H, W)."""

    u: np.ndarray
    v: np.ndarray
    generator: np.random.Generator

    def noise(self, cells: float) -> np.ndarray:
        """A random field, see :func:`smooth_noise`."""
        return smooth_noise(self.generator, self.u.shape, cells)

    def two_nearest(self, density: float) -> tuple[np.ndarray, np.ndarray]:
        """The distances to the nearest two of points of which each square has one."""
        u, v = self.u * density, self.v * density
        u, v = u - np.floor(u.min()) + 1, v - np.floor(v.min()) + 1
        column, row = u.astype(int), v.astype(int)
        points = self.generator.random((row.max() + 2, column.max() + 2, 2))
        distances = []
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                x, y = np.moveaxis(points[row + down, column + right], -1, 0)
                distances.append(np.hypot(u - column - right - x, v - row - down - y))
        nearest = np.partition(np.stack(distances), 1, axis=0)
        return nearest[0], nearest[1]


def _step(field: np.ndarray, soft: float) -> np.ndarray:
    """Goes from 0 to 1 where a field changes its sign."""
    edge: np.ndarray = field / (2 * soft) + 0.5
    return edge.clip(0, 1)


def _blotchy(plane: _Plane) -> np.ndarray:
    return _step(plane.noise(7), 0.15)


def _chequered(plane: _Plane) -> np.ndarray:
    return _step(np.sin(np.pi * plane.u) * np.sin(np.pi * plane.v), 0.1)


def _cracked(plane: _Plane) -> np.ndarray:
    nearest, second = plane.two_nearest(1.0)
    return _step(second - nearest - 0.12, 0.06)


def _dotted(plane: _Plane) -> np.ndarray:
    shifted = plane.u + 0.5 * (np.floor(plane.v) % 2)
    return _step(0.32 - np.hypot(shifted % 1 - 0.5, plane.v % 1 - 0.5), 0.05)


def _grid(plane: _Plane) -> np.ndarray:
    distance = np.minimum(np.abs(plane.u % 1 - 0.5), np.abs(plane.v % 1 - 0.5))
    return _step(0.09 - distance, 0.04)


def _honeycombed(plane: _Plane) -> np.ndarray:
    height = 3**0.5
    outwards = []
    for u, v in ((plane.u, plane.v), (plane.u - 0.5, plane.v - height / 2)):
        x, y = np.abs((u + 0.5) % 1 - 0.5), np.abs((v + height / 2) % height - height / 2)
        outwards.append(np.maximum(x, x / 2 + y * height / 2))  # 0.5 at the edge of a hexagon
    return _step(np.minimum(*outwards) - 0.42, 0.04)


def _marbled(plane: _Plane) -> np.ndarray:
    veins: np.ndarray = np.abs(np.sin(plane.u / 2 + 3 * plane.noise(3) + plane.noise(8)))
    return veins**0.5


def _spiralled(plane: _Plane) -> np.ndarray:
    u, v = plane.u - plane.u.mean(), plane.v - plane.v.mean()
    arms: np.ndarray = 0.5 + 0.5 * np.sin(2 * np.pi * np.hypot(u, v) + np.arctan2(v, u))
    return arms


def _sprinkled(plane: _Plane) -> np.ndarray:
    return _step(0.2 - plane.two_nearest(1.5)[0], 0.06)


def _striped(plane: _Plane) -> np.ndarray:
    return _step(np.sin(2 * np.pi * plane.u), 0.2)


def _woven(plane: _Plane) -> np.ndarray:
    over = (np.floor(plane.u) + np.floor(plane.v)) % 2 == 0
    across = np.where(over, plane.u % 1, plane.v % 1)
    threads: np.ndarray = np.sin(np.pi * across) ** 0.7 * np.where(over, 1.0, 0.7)
    return 0.15 + 0.85 * threads


def _zigzagged(plane: _Plane) -> np.ndarray:
    return _step(np.sin(2 * np.pi * (plane.v + np.abs(plane.u % 2 - 1))), 0.2)


_PATTERNS: dict[str, Callable[[_Plane], np.ndarray]] = {
    'blotchy': _blotchy,
    'chequered': _chequered,
    'cracked': _cracked,
    'dotted': _dotted,
    'grid': _grid,
    'honeycombed': _honeycombed,
    'marbled': _marbled,
    'spiralled': _spiralled,
    'sprinkled': _sprinkled,
    'striped': _striped,
    'woven': _woven,
    'zigzagged': _zigzagged,
}

CLASSES: tuple[str, ...] = tuple(_PATTERNS)
"""Names of the classes."""


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
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    angle, cell = np.deg2rad(rng.uniform(0, 180)), rng.uniform(8, 20)
    u = (np.cos(angle) * x + np.sin(angle) * y) / cell + rng.random()
    v = (np.cos(angle) * y - np.sin(angle) * x) / (cell * rng.uniform(0.8, 1.25)) + rng.random()
    amount = _PATTERNS[CLASSES[index]](_Plane(u, v, generator))[..., None].clip(0, 1)
    low = any_color(rng)
    high = apart_from(low, rng)
    picture = np.float32(low) * (1 - amount) + np.float32(high) * amount
    uneven = mottled(picture, smooth_noise(generator, size, 2), rng.uniform(0.05, 0.25))
    return expose(uneven, rng, generator, light=0.25, blur=1.0, noise=0.06)
