"""The solids that scenes are built from, as arrays over all solids of a scene.

Every solid is convex and is the intersection of half-spaces (faces 0 to 5) and at most one quadric
(face 6): a box has six planes, an ellipsoid a quadric, a cylinder a quadric and two planes, the
ground one plane. That is all the ray caster has to know.

Local axes of a solid, as of the world: x right, y down, z forward; the origin is its centre.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from mmmtl_scenes.engine.camera import CameraPose

Material = Callable[..., Any]
"""What colours a solid: from a :class:`~mmmtl_scenes.engine.surface.Surface` to its
:class:`~mmmtl_scenes.engine.surface.Appearance`."""

RIGHT, LEFT, TOP, BOTTOM, FRONT, BACK, ROUND = range(7)
"""Faces of a solid: the six planes by the side of the local frame they close, and the quadric."""

PARAMS: int = 8
"""Numbers that a solid can hand to its material."""


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
        label: Label ids, shape (P,), uint16.
        part: Which part of a body it is, 0 of none, shape (P,), uint8.
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
    part: np.ndarray
    material: np.ndarray
    color: np.ndarray
    params: np.ndarray
    materials: tuple[Material, ...]
    handedness: int = 1

    def __len__(self) -> int:
        return len(self.center)

    def chosen(self, keep: np.ndarray) -> Solids:
        """Gives some of the solids.

        Args:
            keep: Boolean array of shape (P,).

        Returns:
            Those for which it is true.
        """
        arrays = {
            item.name: getattr(self, item.name)[keep]
            for item in fields(self)
            if item.name not in ('materials', 'handedness')
        }
        return replace(self, **arrays)

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
