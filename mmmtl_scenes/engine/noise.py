"""Value noise and hashing, the raw material of every texture."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

TILE: int = 512
"""Side of the periodic noise tile in texels."""


@lru_cache(maxsize=1)
def noise_tile() -> np.ndarray:
    """Gives a periodic image of noise with features of 4 to 64 texels.

    Returns:
        A read-only float32 array (TILE, TILE) with mean 0 and values within about -1 to 1.
    """
    generator = np.random.default_rng(20230711)
    tile = np.zeros((TILE, TILE))
    for cell, weight in ((64, 1.0), (32, 0.7), (16, 0.55), (8, 0.45), (4, 0.35)):
        tile += weight * _smooth_noise(generator, TILE // cell)
    tile -= tile.mean()
    tile = (tile / (3 * tile.std())).clip(-1, 1).astype(np.float32)
    tile.setflags(write=False)
    return tile


@lru_cache(maxsize=1)
def leaf_tile() -> np.ndarray:
    """Gives a periodic image of leaf-sized noise, to cut the outline of foliage with.

    Returns:
        A read-only float32 array (256, 256) with values from 0 to 1.
    """
    generator = np.random.default_rng(20230712)
    tile = np.zeros((256, 256))
    for cell, weight in ((32, 0.8), (16, 1.0), (8, 0.7)):
        tile += weight * np.kron(
            _smooth_noise(generator, 256 // cell, 256 // cell * 8), _ones(cell)
        )
    tile -= tile.min()
    tile = (tile / tile.max()).astype(np.float32)
    tile.setflags(write=False)
    return tile


def _ones(cell: int) -> np.ndarray:
    return np.ones((max(cell // 8, 1), max(cell // 8, 1)))


def _smooth_noise(generator: np.random.Generator, cells: int, side: int = TILE) -> np.ndarray:
    """Interpolates a periodic grid of random numbers to a square of a side, smoothly."""
    grid = generator.uniform(-1, 1, (cells, cells))
    position = np.arange(side) * cells / side
    low = position.astype(int)
    blend = position - low
    blend = blend * blend * (3 - 2 * blend)
    high = (low + 1) % cells
    rows = grid[low] * (1 - blend[:, None]) + grid[high] * blend[:, None]
    return rows[:, low] * (1 - blend) + rows[:, high] * blend


def noise(x: np.ndarray, y: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """Samples :func:`noise_tile`.

    Args:
        x: First coordinate, shape (N,).
        y: Second coordinate, shape (N,).
        scale: Texels per unit of the coordinates.

    Returns:
        float32 values of shape (N,), within about -1 to 1.
    """
    column = np.floor(x * np.float32(scale)).astype(np.int32) & (TILE - 1)
    row = np.floor(y * np.float32(scale)).astype(np.int32) & (TILE - 1)
    return noise_tile().ravel().take(row * TILE + column)


@lru_cache(maxsize=1)
def _hash_table() -> np.ndarray:
    table = np.random.default_rng(20230713).random(4096).astype(np.float32)
    table.setflags(write=False)
    return table


def hash_cells(*cells: np.ndarray) -> np.ndarray:
    """Gives every cell of a pattern a random number of its own.

    Args:
        *cells: Indices of the cell (any numbers, only their integer part counts), shape (N,) each.

    Returns:
        float32 values of shape (N,) in [0, 1).
    """
    key = np.zeros(cells[0].shape, dtype=np.int64)
    for factor, cell in zip((73856093, 19349663, 83492791, 29986577), cells, strict=False):
        key ^= np.floor(cell).astype(np.int64) * factor
    key ^= key >> 13
    return _hash_table().take(key & 4095)


def coverage(x: np.ndarray, half_width: np.ndarray | float, footprint: np.ndarray) -> np.ndarray:
    """Says how much of a pixel a stripe covers: a stripe with soft, alias-free edges.

    Args:
        x: Distance of the pixel's centre from the middle of the stripe, shape (N,).
        half_width: Half of the stripe's width, in units of ``x``.
        footprint: Extent of the pixel in units of ``x``, positive, shape (N,).

    Returns:
        Values of shape (N,) from 0 to 1.
    """
    half_pixel = footprint * np.float32(0.5)
    overlap = np.minimum(x + half_pixel, half_width) - np.maximum(x - half_pixel, -half_width)
    return np.maximum(overlap, 0) / footprint


def cells(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Splits a coordinate into cells of length 1.

    Args:
        x: Coordinate in units of the cell, shape (N,).

    Returns:
        The index of the cell, and the position in it from its middle (-0.5 to 0.5).
    """
    index = np.floor(x)
    return index, x - index - np.float32(0.5)
