"""The solids that scenes are built from, as arrays over all solids of a scene.

Every solid is convex and is the intersection of half-spaces (faces 0 to 5) and at most one quadric
(face 6): a box has six planes, an ellipsoid a quadric, a cylinder a quadric and two planes, the
ground one plane. That is all the ray caster has to know.

Local axes of a solid, as of the world: x right, y down, z forward; the origin is its centre.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mmmtl.datasets.synthetic.camera import CameraPose
from mmmtl.datasets.synthetic.dice import Color

if TYPE_CHECKING:
    from mmmtl.datasets.synthetic.surface import Appearance, Surface

    Material = Callable[[Surface], Appearance]

RIGHT, LEFT, TOP, BOTTOM, FRONT, BACK, ROUND = range(7)
"""Faces of a solid: the six planes by the side of the local frame they close, and the quadric."""

PARAMS: int = 8
"""Numbers that a solid can hand to its material."""

_BOX, _CYLINDER, _ELLIPSOID, _GROUND = range(4)
_AXES = {'x': 0, 'y': 1, 'z': 2}


@dataclass(frozen=True)
class Frame:
    """A place in the world to build at, with an own heading.

    Args:
        x: World x of the frame's origin.
        z: World z of the frame's origin.
        yaw: Turn to the right; a frame of yaw 0 looks along the world's z axis.
        base: Height of the frame's origin above the ground.
    """

    x: float = 0.0
    z: float = 0.0
    yaw: float = 0.0
    base: float = 0.0

    def at(self, x: float, z: float, yaw: float = 0.0, base: float = 0.0) -> Frame:
        """Gives a frame that is moved and turned in this one."""
        cos, sin = float(np.cos(self.yaw)), float(np.sin(self.yaw))
        return Frame(
            self.x + cos * x + sin * z, self.z - sin * x + cos * z, self.yaw + yaw, self.base + base
        )


@dataclass(frozen=True)
class Solids:
    """P solids in one coordinate system.

    Args:
        center: Centres, shape (P, 3).
        half: Half of the extents along the local axes, shape (P, 3).
        axes: Local axes as rows, shape (P, 3, 3).
        planes: Outward unit normals, shape (P, 6, 3); zero where a solid has no such face.
        offsets: Distances of the planes from the coordinate origin, shape (P, 6).
        inverse_radii: One over the radii of the quadric along the local axes, shape (P, 3); all
            zero where there is no quadric, zero along the axis of a cylinder.
        ragged: How much of the outline of a quadric is eaten away (0 none, 1 much), shape (P,).
        unbounded: Whether the solid is endless, shape (P,).
        label: Label ids, shape (P,), uint8.
        material: Indices into ``materials``, shape (P,).
        color: First and second colour, linear, shape (P, 2, 3), float32.
        params: What else the materials want to know, shape (P, PARAMS), float32.
        materials: The functions that colour the solids.
        handedness: 1, or -1 in a mirrored world.
    """

    center: np.ndarray
    half: np.ndarray
    axes: np.ndarray
    planes: np.ndarray
    offsets: np.ndarray
    inverse_radii: np.ndarray
    ragged: np.ndarray
    unbounded: np.ndarray
    label: np.ndarray
    material: np.ndarray
    color: np.ndarray
    params: np.ndarray
    materials: tuple[Material, ...]
    handedness: int = 1

    def __len__(self) -> int:
        return len(self.center)

    def seen_from(self, pose: CameraPose) -> Solids:
        """Expresses the solids in the coordinates of a camera.

        Args:
            pose: Pose of the camera in the present coordinates.

        Returns:
            The same solids with the camera at the origin.
        """
        rotation, position = pose.rotation, pose.position
        return replace(
            self,
            center=(self.center - position) @ rotation,
            axes=self.axes @ rotation,
            planes=self.planes @ rotation,
            offsets=self.offsets - self.planes @ position,
        )

    def mirrored(self) -> Solids:
        """Negates the world's x axis."""
        sign = np.array([-1.0, 1.0, 1.0])
        return replace(
            self,
            center=self.center * sign,
            axes=self.axes * sign,
            planes=self.planes * sign,
            handedness=-self.handedness,
        )


class SolidBuilder:
    """Collects solids one by one and turns them into arrays at once.

    Positions are given in a :class:`Frame` as (x to the right, height of the underside, z forward),
    sizes as full extents (width along x, height, length along z).
    """

    def __init__(self) -> None:
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
        self._add(
            _BOX, frame, material, label, size, at, color, accent, yaw, tilt, taper, 0, 0, params
        )

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
        turn = (0.0, 0.0, 0.0)
        self._add(
            _CYLINDER,
            frame,
            material,
            label,
            size,
            at,
            color,
            accent,
            yaw,
            tilt,
            turn,
            _AXES[axis],
            0,
            params,
        )

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
        flat = (0.0, 0.0, 0.0)
        self._add(
            _ELLIPSOID,
            frame,
            material,
            label,
            size,
            at,
            color,
            accent,
            yaw,
            tilt,
            flat,
            0,
            ragged,
            params,
        )

    def ground(
        self,
        material: Material,
        label: int,
        color: Color = (0.5, 0.5, 0.5),
        accent: Color = (0.5, 0.5, 0.5),
        params: tuple[float, ...] = (),
    ) -> None:
        """Adds the endless plane y = 0; see :meth:`box`."""
        none = (0.0, 0.0, 0.0)
        self._add(
            _GROUND,
            Frame(),
            material,
            label,
            (2.0, 0.0, 2.0),
            none,
            color,
            accent,
            0,
            0,
            none,
            0,
            0,
            params,
        )

    def _add(
        self,
        kind: int,
        frame: Frame,
        material: Material,
        label: int,
        size: tuple[float, float, float],
        at: tuple[float, float, float],
        color: Color,
        accent: Color,
        yaw: float,
        tilt: float,
        taper: tuple[float, float, float],
        axis: int,
        ragged: float,
        params: tuple[float, ...],
    ) -> None:
        index = self._materials.setdefault(material, len(self._materials))
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
            label=table[:, 18].astype(np.uint8),
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
