from __future__ import annotations

import cv2
import numpy as np

_RADIUS = 4
_TOLERANCE = 1.01


def suppress_non_maxima(probability: np.ndarray) -> np.ndarray:
    """Keeps the crests of a map of boundaries, and sets to 0 what lies on their slopes.

    A pixel is kept if it is no less than what is found, by linear interpolation, one pixel away on
    either side across its line; a hundredth less is let pass, so that equal neighbours both stay.
    The direction across the line is that in which the map, smoothed by a triangle nine pixels wide,
    is curved most: the eigenvector of its second derivatives whose eigenvalue is the larger without
    its sign, on crest and slope alike.

    The tool that the field uses, of structured forests (Dollar and Zitnick, 2013), takes another
    formula for the same direction, and also fades out the five pixels at the image's border; here
    the border is as good as any place.

    Args:
        probability: Shape (H, W), finite.

    Returns:
        The map with zeros where it was no maximum, float64 of the same shape.

    >>> suppress_non_maxima(np.array([[0.1, 0.4, 0.8, 0.5, 0.1]] * 3))
    array([[0. , 0. , 0.8, 0. , 0. ],
           [0. , 0. , 0.8, 0. , 0. ],
           [0. , 0. , 0.8, 0. , 0. ]])
    """
    values = np.asarray(probability, np.float64)
    angle = across_lines(values)
    rows, columns = np.indices(values.shape)
    kept = values > 0
    for side in (1, -1):
        beside = _interpolate(values, rows + side * np.sin(angle), columns + side * np.cos(angle))
        kept &= values * _TOLERANCE >= beside
    return np.where(kept, values, 0.0)


def across_lines(values: np.ndarray) -> np.ndarray:
    """Gives the direction across the lines of a map.

    Args:
        values: Shape (H, W), float64.

    Returns:
        Angle in radians from the x-axis (right) towards the y-axis (down), shape (H, W).
    """
    triangle = np.concatenate([np.arange(1, _RADIUS + 2), np.arange(_RADIUS, 0, -1)])
    triangle = triangle / triangle.sum()
    smooth = cv2.sepFilter2D(values, -1, triangle, triangle, borderType=cv2.BORDER_REFLECT)
    down, right = _gradient(smooth)
    down_down, down_right = _gradient(down)
    _, right_right = _gradient(right)
    of_larger = 0.5 * np.arctan2(2 * down_right, right_right - down_down)
    # The eigenvalues' mean is negative: the smaller one is the larger without its sign.
    return np.where(right_right + down_down < 0, of_larger + np.pi / 2, of_larger)


def _gradient(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gives the derivatives downwards and to the right; 0 along a side of a single pixel."""
    down, right = (
        np.gradient(values, axis=axis) if values.shape[axis] > 1 else np.zeros_like(values)
        for axis in (0, 1)
    )
    return down, right


def _interpolate(values: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Gives the values at places between the pixels; beyond the border those of the border."""
    height, width = values.shape
    rows, columns = rows.clip(0, height - 1), columns.clip(0, width - 1)
    top, left = rows.astype(np.intp), columns.astype(np.intp)
    bottom, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = rows - top, columns - left
    upper = values[top, left] * (1 - across) + values[top, right] * across
    lower = values[bottom, left] * (1 - across) + values[bottom, right] * across
    return upper * (1 - down) + lower * down
