"""Points in space from a depth map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmmtl.datasets.conversion import Intrinsics


@dataclass(frozen=True)
class PointCloud:
    """Points in camera axes: x to the right, y down, z forward, in metres.

    Args:
        points: float32 of shape (N, 3).
        colors: RGB, uint8 of shape (N, 3), or None.
        normals: Unit vectors, float32 of shape (N, 3), or None.
    """

    points: np.ndarray
    colors: np.ndarray | None = None
    normals: np.ndarray | None = None


def back_project(
    depth: np.ndarray,
    camera: Intrinsics,
    image: np.ndarray | None = None,
    normals: np.ndarray | None = None,
    max_depth: float | None = None,
) -> PointCloud:
    r"""Gives the points that a camera sees.

    The pixel in column :math:`u` and row :math:`v`, whose centre has these whole numbers, is at

    .. math::
        x = z (u - c_x) / f_x, \quad y = z (v - c_y) / f_y.

    Args:
        depth: z-depth in metres, shape (H, W). What is not finite, 0 or negative is no point.
        camera: The camera, in the pixels of the depth map.
        image: RGB, uint8 of shape (H, W, 3), for the colours. Defaults to None: none.
        normals: Unit vectors of shape (H, W, 3). Defaults to None: none.
        max_depth: Largest depth of a point in metres. Defaults to None: any.

    Returns:
        A point for each pixel with a depth, in the order of the rows.

    Raises:
        ValueError: If the maps are of different sizes, or ``max_depth`` is not positive.

    >>> back_project(np.array([[2.0, 0.0], [4.0, np.inf]]), Intrinsics(1, 1, 0, 0)).points.tolist()
    [[0.0, 0.0, 2.0], [0.0, 4.0, 4.0]]
    """
    for name, given in (('image', image), ('normals', normals)):
        if given is not None and given.shape != (*depth.shape, 3):
            raise ValueError(
                f'{name}: expected shape {(*depth.shape, 3)} as of the depth, found {given.shape}.'
            )
    if max_depth is not None and not max_depth > 0:
        raise ValueError(f'max_depth: expected positive metres, found {max_depth:g}.')
    valid = np.isfinite(depth) & (depth > 0)
    if max_depth is not None:
        valid &= depth <= max_depth
    rows, columns = np.nonzero(valid)
    z = depth[valid].astype(np.float64)
    ray_x, ray_y = camera.rays(depth.shape)
    points = np.stack([z * ray_x[columns], z * ray_y[rows], z], axis=-1).astype(np.float32)
    return PointCloud(
        points,
        None if image is None else image[valid],
        None if normals is None else normals[valid].astype(np.float32),
    )
