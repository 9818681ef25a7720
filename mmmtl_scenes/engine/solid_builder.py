"""Collects solids one by one and turns them into arrays."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.engine.scene_rng import Color
from mmmtl_scenes.engine.solids import (
    BACK,
    BOTTOM,
    FRONT,
    LEFT,
    PARAMS,
    RIGHT,
    TOP,
    Frame,
    Material,
    Solids,
)

_BOX, _CYLINDER, _ELLIPSOID, _GROUND = range(4)
_AXES = {'x': 0, 'y': 1, 'z': 2}


class SolidBuilder:
    """Collects solids one by one and turns them into arrays at once.

    Positions are given in a :class:`Frame` as (x to the right, height of the underside, z forward),
    sizes as full extents (width along x, height, length along z).

    Attributes:
        part: Which part of a body the solids are that are added next; 0, of none, at first.
    """

    def __init__(self) -> None:
        self.part: int = 0
        self._parts: list[int] = []
        self._rows: list[tuple[float, ...]] = []
        self._materials: dict[Material, int] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def box(
        self,
        frame: Frame,
        material: Material,
        label: int,
        size: tuple[float, float, float],
        at: tuple[float, float, float] = (0.0, 0.0, 0.0),
        color: Color = (0.5, 0.5, 0.5),
        accent: Color = (0.5, 0.5, 0.5),
        yaw: float = 0.0,
        tilt: float = 0.0,
        taper: tuple[float, float, float] = (0.0, 0.0, 0.0),
        params: tuple[float, ...] = (),
    ) -> None:
        """Adds a box, or with a taper a frustum, a wedge or a gable.

        Args:
            frame: Where to build.
            material: What colours it.
            label: Its label id.
            size: Width, height and length.
            at: Middle of its underside.
            color: First colour.
            accent: Second colour.
            yaw: Turn to the right within the frame.
            tilt: Turn about the local x axis; positive lowers the front.
            taper: By how much the top is narrower than the underside: on each of the two sides,
                in front, and behind.
            params: Up to :data:`PARAMS` numbers for the material.
        """
        look = (material, label, color, accent, params)
        self._add(_BOX, frame, size, *look, at=at, yaw=yaw, tilt=tilt, taper=taper)

    def cylinder(
        self,
        frame: Frame,
        material: Material,
        label: int,
        size: tuple[float, float, float],
        at: tuple[float, float, float] = (0.0, 0.0, 0.0),
        color: Color = (0.5, 0.5, 0.5),
        accent: Color = (0.5, 0.5, 0.5),
        axis: str = 'y',
        yaw: float = 0.0,
        tilt: float = 0.0,
        params: tuple[float, ...] = (),
    ) -> None:
        """Adds an elliptic cylinder along the local ``axis`` 'x', 'y' or 'z'. See :meth:`box`."""
        look = (material, label, color, accent, params)
        self._add(_CYLINDER, frame, size, *look, at=at, yaw=yaw, tilt=tilt, axis=_AXES[axis])

    def ellipsoid(
        self,
        frame: Frame,
        material: Material,
        label: int,
        size: tuple[float, float, float],
        at: tuple[float, float, float] = (0.0, 0.0, 0.0),
        color: Color = (0.5, 0.5, 0.5),
        accent: Color = (0.5, 0.5, 0.5),
        yaw: float = 0.0,
        tilt: float = 0.0,
        ragged: float = 0.0,
        params: tuple[float, ...] = (),
    ) -> None:
        """Adds an ellipsoid; ``ragged`` gives it the outline of leaves. See :meth:`box`."""
        look = (material, label, color, accent, params)
        self._add(_ELLIPSOID, frame, size, *look, at=at, yaw=yaw, tilt=tilt, ragged=ragged)

    def ground(
        self,
        material: Material,
        label: int,
        color: Color = (0.5, 0.5, 0.5),
        accent: Color = (0.5, 0.5, 0.5),
        params: tuple[float, ...] = (),
    ) -> None:
        """Adds the endless plane y = 0; see :meth:`box`."""
        look = (material, label, color, accent, params)
        self._add(_GROUND, Frame(), (2.0, 0.0, 2.0), *look)

    def _add(
        self,
        kind: int,
        frame: Frame,
        size: tuple[float, float, float],
        material: Material,
        label: int,
        color: Color,
        accent: Color,
        params: tuple[float, ...],
        at: tuple[float, float, float] = (0.0, 0.0, 0.0),
        yaw: float = 0.0,
        tilt: float = 0.0,
        taper: tuple[float, float, float] = (0.0, 0.0, 0.0),
        axis: int = 0,
        ragged: float = 0.0,
    ) -> None:
        index = self._materials.setdefault(material, len(self._materials))
        self._parts.append(self.part)
        self._rows.append(
            (kind, frame.x, frame.z, frame.yaw, frame.base)
            + (*at, *size, yaw, tilt, *taper, axis, ragged, label, index)
            + (*color, *accent, *params)
            + (0.0,) * (PARAMS - len(params))
        )

    def build(self) -> Solids:
        """Turns the collected solids into arrays, in world coordinates.

        Returns:
            The solids, in the order in which they were added.

        Raises:
            ValueError: If there is no solid.
        """
        if not self._rows:
            raise ValueError('Expected at least one solid, found none.')
        table = np.array(self._rows)
        kind, axis = table[:, 0].astype(int), table[:, 16].astype(int)
        half, taper = table[:, 8:11] / 2, table[:, 13:16]
        axes = _local_axes(table[:, 3] + table[:, 11], table[:, 12])
        center = _world_centers(table, half)
        normals, offsets = _local_planes(half, taper)
        normals[~_has_plane(kind, axis)] = 0
        planes = normals @ axes
        round_ = (kind == _CYLINDER) | (kind == _ELLIPSOID)
        inverse_radii = np.where(round_[:, None], 1 / np.maximum(half, 1e-9), 0)
        cylinders = np.flatnonzero(kind == _CYLINDER)
        inverse_radii[cylinders, axis[cylinders]] = 0
        colors = table[:, 20:26].reshape(-1, 2, 3)
        return Solids(
            center=center,
            half=half,
            axes=axes,
            planes=planes,
            offsets=offsets + np.einsum('pfk,pk->pf', planes, center),
            inverse_radii=inverse_radii,
            ragged=table[:, 17],
            unbounded=kind == _GROUND,
            label=table[:, 18].astype(np.uint16),
            part=np.array(self._parts, np.uint8),
            material=table[:, 19].astype(np.intp),
            color=(colors**2).astype(np.float32),
            params=table[:, 26:].astype(np.float32),
            materials=tuple(self._materials),
        )


def _local_axes(yaw: np.ndarray, tilt: np.ndarray) -> np.ndarray:
    """Gives the local axes as rows in world coordinates, shape (P, 3, 3)."""
    cos, sin = np.cos(yaw), np.sin(yaw)
    cos_tilt, sin_tilt = np.cos(tilt), np.sin(tilt)
    right = np.stack([cos, np.zeros_like(cos), -sin], axis=-1)
    forward = np.stack([sin, np.zeros_like(cos), cos], axis=-1)
    down = np.broadcast_to(np.array([0.0, 1.0, 0.0]), forward.shape)
    return np.stack(
        [
            right,
            down * cos_tilt[:, None] - forward * sin_tilt[:, None],
            down * sin_tilt[:, None] + forward * cos_tilt[:, None],
        ],
        axis=1,
    )


def _world_centers(table: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Gives the centres in world coordinates, shape (P, 3)."""
    cos, sin = np.cos(table[:, 3]), np.sin(table[:, 3])
    x, height, z = table[:, 5], table[:, 6] + half[:, 1], table[:, 7]
    return np.stack(
        [
            table[:, 1] + cos * x + sin * z,
            -(table[:, 4] + height),
            table[:, 2] - sin * x + cos * z,
        ],
        axis=-1,
    )


def _local_planes(half: np.ndarray, taper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gives normals (P, 6, 3) and offsets (P, 6) of the sides of tapered boxes."""
    count = len(half)
    height = np.maximum(2 * half[:, 1], 1e-9)
    normals, offsets = np.zeros((count, 6, 3)), np.zeros((count, 6))
    sides = ((RIGHT, 0, 1, 0), (LEFT, 0, -1, 0), (FRONT, 2, 1, 1), (BACK, 2, -1, 2))
    for face, component, sign, inset in sides:
        normals[:, face, component] = sign
        normals[:, face, 1] = -taper[:, inset] / height
        offsets[:, face] = half[:, component] - taper[:, inset] / 2
    normals[:, TOP, 1], normals[:, BOTTOM, 1] = -1, 1
    offsets[:, TOP] = offsets[:, BOTTOM] = half[:, 1]
    length = np.linalg.norm(normals, axis=-1)
    return normals / length[..., None], offsets / length


def _has_plane(kind: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """Tells which faces are planes, shape (P, 6)."""
    has = np.zeros((len(kind), 6), dtype=bool)
    has[kind == _BOX] = True
    has[kind == _GROUND, TOP] = True
    first = np.array([RIGHT, TOP, FRONT])[axis]
    cylinders = np.flatnonzero(kind == _CYLINDER)
    has[cylinders, first[cylinders]] = True
    has[cylinders, first[cylinders] + 1] = True
    return has
