"""Which solid every pixel sees, and how far away: exact intersections of rays with convex solids.

Along a row or a column of the image, everything linear in the ray is linear in the pixel. Hence the
distance to a plane costs one outer sum and one division for all pixels of a solid's bounding
rectangle, and no ray is ever stored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmmtl_scenes.engine.camera import PinholeCamera
from mmmtl_scenes.engine.noise import leaf_tile
from mmmtl_scenes.engine.solids import ROUND, Solids

_NEAREST_EDGE = 0.2
"""Depth in metres at which edges that pass the camera are cut to bound a solid in the image."""

_NEAREST_CENTER = 0.05
"""Depth in metres that a solid's centre at least counts as when it is projected."""

_LEAVES = 80.0
"""Texels of the leaf pattern per radius of a ragged ellipsoid."""


@dataclass(frozen=True)
class Hits:
    """What the rays through the pixel centres meet first.

    Args:
        depth: z-depth in metres, shape (H, W), float32; infinite where nothing is met.
        solid: Index of the solid, shape (H, W), int16; -1 where nothing is met.
        face: Face of the solid (see :mod:`~mmmtl_scenes.engine.solids`), shape (H, W), int8.
    """

    depth: np.ndarray
    solid: np.ndarray
    face: np.ndarray


def cast_rays(solids: Solids, camera: PinholeCamera) -> Hits:
    """Finds the first intersection of the ray through every pixel centre.

    Args:
        solids: Solids in camera coordinates; see :meth:`Solids.seen_from`. The camera must be
            outside all of them.
        camera: Gives the rays; its pose is not used.

    Returns:
        The first hits.
    """
    shape = (camera.height, camera.width)
    depth = np.full(shape, np.inf, dtype=np.float32)
    solid, face = np.full(shape, -1, dtype=np.int16), np.zeros(shape, dtype=np.int8)
    nearest, rectangles = screen_rectangles(solids, camera)
    caster = _Caster(solids, camera)
    with np.errstate(all='ignore'):
        for index in np.argsort(nearest, kind='stable').tolist():
            top, bottom, left, right = rectangles[index]
            if top >= bottom or left >= right:
                continue
            window = (slice(top, bottom), slice(left, right))
            known = depth[window]
            if known.max() <= nearest[index]:
                continue
            found, side = caster.cast(index, window)
            closer = found < known
            np.copyto(known, found, where=closer)
            np.copyto(solid[window], index, where=closer)
            np.copyto(face[window], side, where=closer, casting='unsafe')
    return Hits(depth, solid, face)


class _Caster:
    """Coefficients of all solids' intersection formulas, and the formulas.

    Every coefficient row (a, b, c) stands for the function ``a x + b y + c`` of the ray (x, y, 1).
    """

    def __init__(self, solids: Solids, camera: PinholeCamera) -> None:
        self._x, self._y = camera.slopes()
        is_plane = (solids.planes != 0).any(axis=-1)
        before = solids.offsets < 0
        # Per solid: first the planes through which rays enter, then those through which they leave.
        order = np.argsort(np.where(is_plane, ~before, 2), axis=1, kind='stable')
        self._faces = order.astype(np.int8)
        self._planes = np.take_along_axis(solids.planes, order[..., None], axis=1).astype(
            np.float32
        )
        offsets = np.take_along_axis(solids.offsets, order, axis=1)
        self._offsets = offsets.astype(np.float32)[..., None, None]
        self._entries: list[int] = (is_plane & before).sum(axis=1).tolist()
        self._count: list[int] = is_plane.sum(axis=1).tolist()

        scaled = solids.axes * solids.inverse_radii[..., None]
        start = -np.einsum('pij,pj->pi', scaled, solids.center)
        moment = np.stack(
            [
                scaled[:, (i + 1) % 3] * start[:, (i + 2) % 3, None]
                - scaled[:, (i + 2) % 3] * start[:, (i + 1) % 3, None]
                for i in range(3)
            ],
            axis=1,
        )
        forward = np.einsum('pij,pi->pj', scaled, start)[:, None]
        self._quadrics = np.concatenate([scaled, moment, forward], axis=1).astype(np.float32)
        self._constants = ((start**2).sum(axis=1) - 1).tolist()
        self._is_round: list[bool] = (solids.inverse_radii.max(axis=1) > 0).tolist()
        self._ragged = solids.ragged.tolist()
        center = solids.center / np.maximum(solids.center[:, 2:], _NEAREST_CENTER)
        self._leaf_center = center[:, :2].tolist()
        texels = _LEAVES * solids.center[:, 2] * np.maximum(solids.inverse_radii[:, 1], 0)
        self._leaf_scale = texels.tolist()
        self._handedness = solids.handedness

    def cast(self, index: int, window: tuple[slice, slice]) -> tuple[np.ndarray, np.ndarray | int]:
        """Intersects the rays of a window with one solid.

        Args:
            index: The solid.
            window: Rows and columns of the image.

        Returns:
            The depth of the entry point, infinite where the solid is missed, and its face.
        """
        y, x = self._y[window[0]], self._x[window[1]]
        leave: np.ndarray | None = None
        entry: np.ndarray | None = None
        miss: np.ndarray | None = None
        face: np.ndarray | int = ROUND
        if self._is_round[index]:
            entry, leave, miss = self._cast_quadric(index, x, y)
        entries, count = self._entries[index], self._count[index]
        slopes = _linear(self._planes[index, :count], x, y)
        if entries:
            depths = self._offsets[index, :entries] / slopes[:entries]
            plane_entry, plane_face = depths[0], self._faces[index, 0]
            behind = plane_entry < 0
            for i in range(1, entries):
                plane_face = np.where(depths[i] > plane_entry, self._faces[index, i], plane_face)
                plane_entry = np.maximum(plane_entry, depths[i])
                behind |= depths[i] < 0
            if entry is None or leave is None or miss is None:
                entry, face, miss = plane_entry, plane_face, behind
            else:
                face = np.where(plane_entry > entry, plane_face, np.int8(ROUND))
                entry = np.maximum(entry, plane_entry)
                miss = miss | behind | (entry > leave)
        if entry is None or miss is None:
            return np.full((len(y), len(x)), np.inf, dtype=np.float32), face
        if count > entries:
            leaving = slopes[entries:]
            leaving *= entry
            for beyond in leaving > self._offsets[index, entries:count]:
                miss |= beyond
        np.copyto(entry, np.inf, where=miss)
        return entry, face

    def _cast_quadric(
        self, index: int, x: np.ndarray, y: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Gives entry, exit and misses of the rays through one ellipsoid or endless cylinder.

        In coordinates where the quadric is the unit sphere, with the ray s + t e: the discriminant
        |e|^2 - |e x s|^2 does not cancel, unlike b^2 - a c.
        """
        terms = _linear(self._quadrics[index], x, y)
        square = terms[:6]
        square *= square
        steep = square[0] + square[1]
        steep += square[2]
        off = square[3] + square[4]
        off += square[5]
        forward = terms[6]
        discriminant = steep - off
        root = np.sqrt(np.maximum(discriminant, 0))
        root -= forward
        entry = np.float32(self._constants[index]) / root
        miss = (discriminant <= self._outline(index, x, y, steep)) | (entry < 0)
        if self._constants[index] < 0:
            miss = discriminant < 0
        return entry, root / steep, miss

    def _outline(
        self, index: int, x: np.ndarray, y: np.ndarray, steep: np.ndarray
    ) -> np.ndarray | float:
        """Gives the discriminant below which a ragged quadric is cut away."""
        ragged = self._ragged[index]
        if not ragged:
            return 0.0
        (center_x, center_y), scale = self._leaf_center[index], self._leaf_scale[index]
        column = ((x - np.float32(center_x)) * np.float32(self._handedness * scale)).astype(int)
        row = ((y - np.float32(center_y)) * np.float32(scale)).astype(int)
        column, row = (column + 61 * index) & 255, (row + 37 * index) & 255
        return leaf_tile()[row[:, None], column] * steep * np.float32(ragged)


def _linear(rows: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Evaluates coefficient rows (K, 3) on a window of rays, giving (K, h, w)."""
    across = rows[:, 0, None] * x
    across += rows[:, 2, None]
    down = rows[:, 1, None] * y
    return across[:, None] + down[:, :, None]


def screen_rectangles(solids: Solids, camera: PinholeCamera) -> tuple[np.ndarray, list[list[int]]]:
    """Bounds solids in the image.

    Args:
        solids: Solids in camera coordinates.
        camera: Gives the size of the image and the focal length.

    Returns:
        A lower bound of the depth of every solid (P,), and lists (top, bottom, left, right) of
        pixel rows and columns, the second and the last excluded; empty where nothing is seen.
    """
    signs = np.array([[i & 1, i >> 1 & 1, i >> 2] for i in range(8)]) * 2.0 - 1
    corners = solids.center[:, None] + (solids.half[:, None] * signs) @ solids.axes
    near = _NEAREST_EDGE
    starts, ends = corners[:, _EDGES[:, 0]], corners[:, _EDGES[:, 1]]
    step = ends[..., 2] - starts[..., 2]
    share = (near - starts[..., 2]) / np.where(step == 0, 1, step)
    cuts = starts + share[..., None] * (ends - starts)
    crosses = (starts[..., 2] < near) != (ends[..., 2] < near)
    points = np.concatenate([corners, cuts], axis=1)
    seen = np.concatenate([corners[..., 2] >= near, crosses], axis=1)
    z = np.where(seen, points[..., 2], 1)

    bounds = np.empty((len(solids), 4), dtype=np.int64)
    for first, axis, principal, focal, side in (
        (0, 1, camera.v0, camera.focal_y, camera.height),
        (2, 0, camera.u0, camera.focal, camera.width),
    ):
        position = principal + focal * points[..., axis] / z
        low = np.where(seen, position, np.inf).min(axis=1)
        high = np.where(seen, position, -np.inf).max(axis=1)
        bounds[:, first] = np.ceil(np.clip(low - 0.01, 0, side))
        bounds[:, first + 1] = np.floor(np.clip(high + 0.01, -1, side - 1)) + 1
    bounds[solids.unbounded] = (0, camera.height, 0, camera.width)
    nearest = np.where(solids.unbounded, 0, np.maximum(corners[..., 2].min(axis=1), 0))
    return nearest, bounds.tolist()


_EDGES = np.array([(i, i | bit) for bit in (1, 2, 4) for i in range(8) if not i & bit])
