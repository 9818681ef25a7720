from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import NamedTuple

import numpy as np

from mmmtl.datasets.conversion.intrinsics import Intrinsics

_WINDOWS = ((-9, -6, -3, -1, 0, 1, 3, 6, 9), (-3, -2, -1, 0, 1, 2, 3))
"""Rows and columns of the windows, from their centre: 81 pixels of 19 x 19, as in the NYU toolbox,
which average the noise, and 7 x 7 for what is smaller."""

_MIN_POINTS = 9
_MIN_VARIANCE = 0.25
"""Of the points' positions across their main direction, in square pixels; below, they are a line.
Two neighbouring columns of pixels have just so much."""

_CLEARLY_BETTER = 0.1
"""Share of the error that another plane must stay below to be taken instead."""


class _Planes(NamedTuple):
    """For each pixel a plane, as inverse depth over the image; all of shape (H, W).

    ``value`` is the plane's inverse depth in the pixel, ``slope_u`` and ``slope_v`` its change from
    a column and a row to the next. ``error`` is the mean squared error of the points that it was
    fitted to, infinite where there is no plane.
    """

    slope_u: np.ndarray
    slope_v: np.ndarray
    value: np.ndarray
    error: np.ndarray


def normals_from_depth(
    depth: np.ndarray, camera: Intrinsics, tolerance: float = 0.05
) -> np.ndarray:
    r"""Computes surface normals by fitting planes to the depth around each pixel.

    A plane :math:`n \cdot X = d` appears at the pixel with the ray :math:`r = (x, y, 1)`, where
    :math:`X = z r`, as

    .. math::
        \frac{1}{z} = \frac{n \cdot r}{d},

    so its inverse depth is linear in the pixel's coordinates, and a linear least-squares fit of
    :math:`1 / z` gives the normal (Badino, Huber, Park, Kanade, "Fast and Accurate Computation of
    Surface Normals from Range Images", ICRA 2011). It is also the fit to take for a Kinect, whose
    errors are those of a measured disparity, which is linear in :math:`1 / z`: there they are alike
    for all pixels, while in depth they grow with :math:`z^2` (Khoshelham, Oude Elberink, "Accuracy
    and Resolution of Kinect Depth Data for Indoor Mapping Applications", Sensors 2012,
    https://www.mdpi.com/1424-8220/12/2/1437).

    The window of 19 x 19 pixels and the tolerance are those of the NYU Depth toolbox
    (``compute_local_planes.m``). On top of it, a pixel whose window does not hold one plane, such
    as one beside the edge where two walls meet, takes another plane if that fits both its own
    points and the pixel clearly better (a tenth of the squared error): that of one of the eight
    windows that touch the pixel, or of a small window of 7 x 7.

    Args:
        depth: z-depth of shape (H, W), in any unit of length, 0 where invalid.
        camera: The camera of the depth map.
        tolerance: Largest difference of depth to the pixel in question, relative to its depth, with
            which another pixel of the window counts; keeps what lies before or behind out of the
            fit. Defaults to 0.05.

    Returns:
        Unit normals in camera axes (x right, y down, z forward) that face the camera, float32 of
        shape (H, W, 3); zero where the depth is invalid, and where fewer than 9 points count, or
        points on a line, in either window.

    Raises:
        ValueError: If ``depth`` is no such map, or ``tolerance`` is not between 0 and 1.
    """
    if depth.ndim != 2 or depth.dtype.kind != 'f':
        raise ValueError(
            f'depth: expected floats of shape (H, W), found {depth.dtype} of shape {depth.shape}.'
        )
    if not (np.isfinite(depth).all() and (depth >= 0).all()):
        raise ValueError('depth: expected finite numbers >= 0 (0 is invalid).')
    if not 0 < tolerance < 1:
        raise ValueError(f'tolerance: expected a number between 0 and 1, found {tolerance}.')
    depth = depth.astype(np.float32)
    inverse = np.divide(1, depth, out=np.zeros_like(depth), where=depth > 0)
    large, small = (
        _choose_window(_fit_planes(depth, inverse, tolerance, steps), inverse, max(steps))
        for steps in _WINDOWS
    )
    return _to_normals(_exchange(large, small, inverse, _CLEARLY_BETTER), camera)


def _fit_planes(
    depth: np.ndarray, inverse: np.ndarray, tolerance: float, steps: tuple[int, ...]
) -> _Planes:
    """Fits the plane of the window around each pixel."""
    # Sums over the window of 1, u, v, uu, uv, vv (where the points are) and of q, qu, qv, qq (their
    # inverse depth). u, v and q count from the pixel, which keeps the numbers small enough for
    # float32.
    places = np.zeros((6, *depth.shape), np.float32)
    values = np.zeros((4, *depth.shape), np.float32)
    margin = max(steps)
    depths, inverses = np.pad(depth, margin), np.pad(inverse, margin)
    largest = tolerance * depth
    for v in steps:
        for u in steps:
            near = np.abs(_shifted(depths, u, v, margin) - depth) <= largest
            rise = (_shifted(inverses, u, v, margin) - inverse) * near
            for total, factor in zip(places, (1, u, v, u * u, u * v, v * v), strict=True):
                if factor:
                    total += np.float32(factor) * near
            for total, factor in zip(values, (1, u, v), strict=False):
                if factor:
                    total += np.float32(factor) * rise
            values[3] += rise * rise
    count = np.maximum(places[0], 1)
    (mean_u, mean_v, uu, uv, vv), (mean_q, qu, qv, qq) = places[1:] / count, values / count
    uu, uv, vv = uu - mean_u**2, uv - mean_u * mean_v, vv - mean_v**2
    qu, qv, qq = qu - mean_q * mean_u, qv - mean_q * mean_v, qq - mean_q**2
    across = (uu + vv) / 2 - np.hypot((uu - vv) / 2, uv)  # the smaller eigenvalue
    fitted = (depth > 0) & (places[0] >= _MIN_POINTS) & (across >= _MIN_VARIANCE)
    determinant = np.where(fitted, uu * vv - uv**2, 1)
    slope_u = (vv * qu - uv * qv) / determinant
    slope_v = (uu * qv - uv * qu) / determinant
    value = inverse + mean_q - slope_u * mean_u - slope_v * mean_v
    error = np.maximum(qq - slope_u * qu - slope_v * qv, 0)
    return _Planes(slope_u, slope_v, value, np.where(fitted & (value > 0), error, np.inf))


def _choose_window(planes: _Planes, inverse: np.ndarray, reach: int) -> _Planes:
    """Gives each pixel the plane of its window, or a clearly better one of those around it."""
    around = reduce(lambda best, other: _exchange(best, other, inverse, 1), _moved(planes, reach))
    error = np.where(np.isfinite(planes.error), around.error, np.inf)
    return _exchange(planes, around._replace(error=error), inverse, _CLEARLY_BETTER)


def _moved(planes: _Planes, reach: int) -> Iterator[_Planes]:
    """Gives, for each pixel, the planes of the eight windows whose edge it lies on."""
    padded = [np.pad(field, reach) for field in planes[:3]]
    errors = np.pad(planes.error, reach, constant_values=np.inf)
    for v in (-reach, 0, reach):
        for u in (-reach, 0, reach):
            if u or v:
                slope_u, slope_v, value = (_shifted(field, u, v, reach) for field in padded)
                here = value - slope_u * u - slope_v * v
                error = np.where(here > 0, _shifted(errors, u, v, reach), np.inf)
                yield _Planes(slope_u, slope_v, here, error)


def _exchange(planes: _Planes, others: _Planes, inverse: np.ndarray, share: float) -> _Planes:
    """Takes the others where their error, that in the pixel included, is below a share."""
    error, other_error = (field.error + (field.value - inverse) ** 2 for field in (planes, others))
    better = other_error < share * error
    return _Planes(*(np.where(better, b, a) for a, b in zip(planes, others, strict=True)))


def _to_normals(planes: _Planes, camera: Intrinsics) -> np.ndarray:
    x, y = camera.rays(planes.value.shape)
    along_x = camera.fx * planes.slope_u.astype(np.float64)
    along_y = camera.fy * planes.slope_v.astype(np.float64)
    # A point before the camera has n . r / d = 1 / z > 0, so the vector -n / d faces the camera.
    normals = -np.stack(
        [along_x, along_y, planes.value - along_x * x - along_y * y[:, None]], axis=-1
    )
    length = np.linalg.norm(normals, axis=-1, keepdims=True)
    valid = np.isfinite(planes.error)[..., None]
    return np.divide(normals, length, out=np.zeros_like(normals), where=valid).astype(np.float32)


def _shifted(padded: np.ndarray, u: int, v: int, margin: int) -> np.ndarray:
    """Gives, for each pixel of an unpadded map, the one ``u`` columns and ``v`` rows further on."""
    height, width = (side - 2 * margin for side in padded.shape)
    return padded[margin + v : margin + v + height, margin + u : margin + u + width]
