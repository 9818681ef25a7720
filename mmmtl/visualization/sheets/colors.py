"""Colours for the pixels of label and prediction maps."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import matplotlib.colors
import numpy as np

INVALID_COLOR = (150, 150, 150)
"""RGB of a pixel without a value, in scalar and direction maps."""

HATCH_COLORS = ((0, 0, 0), (70, 70, 70))
"""RGB of the stripes of a pixel without a class: a plain black could be a class of the palette."""

_HATCH_PERIOD = 12


def color_classes(
    ids: np.ndarray, palette: Sequence[Sequence[int]], valid: np.ndarray | None = None
) -> np.ndarray:
    """Paints class ids.

    Args:
        ids: Class ids, integers of shape (H, W).
        palette: RGB of each class, 0 to 255.
        valid: Which pixels have a class, shape (H, W); the others are hatched. Defaults to None:
            all.

    Returns:
        RGB, uint8 of shape (H, W, 3).

    Raises:
        ValueError: If a valid pixel has an id without a colour.
    """
    valid = np.ones(ids.shape, dtype=bool) if valid is None else valid
    found = np.unique(ids[valid])
    if found.size and not 0 <= found[0] <= found[-1] < len(palette):
        unknown = [int(i) for i in found if not 0 <= i < len(palette)]
        raise ValueError(
            f'Expected class ids from 0 to {len(palette) - 1}, one for each colour of the palette, '
            f'found {unknown}.'
        )
    colors = np.asarray(palette, dtype=np.uint8).reshape(-1, 3)
    rgb = hatch(ids.shape)
    rgb[valid] = colors[ids[valid].astype(np.int64)]
    return rgb


def hatch(shape: tuple[int, ...]) -> np.ndarray:
    """Gives the diagonal stripes that stand for "no class".

    Args:
        shape: Height and width.

    Returns:
        RGB, uint8 of shape (H, W, 3).
    """
    rows, columns = np.indices(shape)
    stripe = (rows + columns) % _HATCH_PERIOD < _HATCH_PERIOD // 2
    return np.where(stripe[..., None], HATCH_COLORS[1], HATCH_COLORS[0]).astype(np.uint8)


def color_scalars(
    values: np.ndarray,
    value_range: tuple[float, float],
    valid: np.ndarray | None = None,
    colormap: str = 'magma',
) -> np.ndarray:
    """Paints scalars along a colour map.

    Args:
        values: Real numbers of shape (H, W).
        value_range: Values at the first and the last colour; values beyond get those colours.
        valid: Which pixels have a value, shape (H, W); the others, and those that are NaN, get
            :data:`INVALID_COLOR`. Defaults to None: all.
        colormap: Name of a colour map of matplotlib. Defaults to ``'magma'``.

    Returns:
        RGB, uint8 of shape (H, W, 3).

    Raises:
        ValueError: If the range is empty.
    """
    low, high = value_range
    if not low < high:
        raise ValueError(f'value_range: expected low < high, found {value_range}.')
    known = ~np.isnan(values) if valid is None else valid & ~np.isnan(values)
    position = (np.where(known, values, low).astype(np.float64) - low) / (high - low)
    rgb: np.ndarray = matplotlib.colormaps[colormap](position.clip(0, 1), bytes=True)[..., :3]
    return np.where(known[..., None], rgb, np.array(INVALID_COLOR, dtype=np.uint8))


def color_directions(directions: np.ndarray) -> np.ndarray:
    """Paints directions the way surface normals are usually shown.

    Red grows to the right, green upwards and blue towards the camera: a floor is green, a wall that
    faces the camera lilac. The project's y points down and its z into the scene, so both are
    negated.

    Args:
        directions: Vectors (x right, y down, z forward) of any length, shape (3, H, W); those of
            length 0 or NaN get :data:`INVALID_COLOR`.

    Returns:
        RGB, uint8 of shape (H, W, 3).
    """
    vectors = np.moveaxis(directions, 0, -1).astype(np.float64) * (1, -1, -1)
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    known = length > 0
    unit = vectors / np.where(known, length, 1)
    rgb = np.rint((np.where(known, unit, 0) * 0.5 + 0.5) * 255).astype(np.uint8)
    return np.where(known, rgb, np.array(INVALID_COLOR, dtype=np.uint8))


def color_channels(values: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    """Paints three channels as red, green and blue.

    Args:
        values: Real numbers of shape (3, H, W); pixels with a NaN get :data:`INVALID_COLOR`.
        value_range: Values of the darkest and of the brightest; values beyond get those.

    Returns:
        RGB, uint8 of shape (H, W, 3).
    """
    low, high = value_range
    known = ~np.isnan(values).any(axis=0)[..., None]
    share = ((np.moveaxis(values, 0, -1) - low) / (high - low)).clip(0, 1)
    rgb = np.rint(np.where(known, share, 0) * 255).astype(np.uint8)
    return np.where(known, rgb, np.array(INVALID_COLOR, dtype=np.uint8))


def color_flow(values: np.ndarray, longest: float) -> np.ndarray:
    """Paints vectors in the image by their direction (the hue) and length (white is 0).

    Args:
        values: Components (x right, y down) of shape (2, H, W); pixels with a NaN get
            :data:`INVALID_COLOR`.
        longest: Length at which a colour is full; longer vectors get the same.

    Returns:
        RGB, uint8 of shape (H, W, 3).
    """
    known = ~np.isnan(values).any(axis=0)
    x, y = np.where(known, values, 0)
    hue = np.arctan2(y, x) / (2 * np.pi) % 1
    saturation = (np.hypot(x, y) / (longest or 1)).clip(0, 1)
    hsv = np.stack([hue, saturation, np.ones_like(hue)], axis=-1)
    rgb = np.rint(matplotlib.colors.hsv_to_rgb(hsv) * 255).astype(np.uint8)
    return np.where(known[..., None], rgb, np.array(INVALID_COLOR, dtype=np.uint8))
