"""Shadows of near lights: what a light sees is lit, everything behind it is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmmtl_scenes.engine.camera import CameraPose, PinholeCamera
from mmmtl_scenes.engine.ray_casting import cast_rays
from mmmtl_scenes.engine.solids import Solids
from mmmtl_scenes.engine.surface import dot

_TAPS = tuple(
    (across, down) for across in (-0.75, -0.25, 0.25, 0.75) for down in (-0.75, -0.25, 0.25, 0.75)
)
"""Where a map is read around a point, in units of the softness."""

_BIAS = 0.02
"""Share of its distance by which a surface has to lie behind another to be in its shadow."""

_LIFT = 0.02
"""How far in metres a point is moved off its surface at least: no surface shades itself."""


@dataclass(frozen=True)
class ShadowMap:
    """The depth that a pinhole camera in the place of a light sees.

    Lance Williams, "Casting curved shadows on curved surfaces", SIGGRAPH 1978, with the softened
    comparison of Reeves, Salesin and Cook, "Rendering antialiased shadows with depth maps",
    SIGGRAPH 1987.

    Args:
        camera: The camera.
        depth: z-depth with a border of one pixel, infinite there and where nothing is seen, shape
            (height + 2, width + 2), float32.
        softness: Half of the width of a shadow's edge, in pixels of the map.
    """

    camera: PinholeCamera
    depth: np.ndarray
    softness: float

    @classmethod
    def cast(
        cls, solids: Solids, pose: CameraPose, side: int, focal: float, softness: float
    ) -> ShadowMap:
        """Looks at solids from a light.

        Args:
            solids: What casts shadows, in world coordinates; the light must be outside of it.
            pose: Where the light is, and where the map looks.
            side: Height and width of the map in pixels.
            focal: Its focal length over its side. Nothing casts a shadow outside of its view.
            softness: Half of the width of a shadow's edge, in pixels of the map.

        Returns:
            The map.
        """
        camera = PinholeCamera(side, side, focal * side, pose)
        depth = np.full((side + 2, side + 2), np.inf, dtype=np.float32)
        depth[1:-1, 1:-1] = cast_rays(solids.seen_from(pose), camera).depth
        return cls(camera, depth, softness)

    def light(self, world: np.ndarray, normal: np.ndarray) -> np.ndarray:
        """Tells how much of the light arrives.

        Args:
            world: Points in the world, shape (3, N).
            normal: Their unit normals in the world, shape (3, N).

        Returns:
            Shares of shape (N,), 0 in the shadow and 1 in the light, float32.
        """
        rotation = self.camera.pose.rotation.astype(np.float32)
        position = self.camera.pose.position.astype(np.float32)[:, None]
        focal, side = np.float32(self.camera.focal), self.camera.width
        offset = world - position
        # The wider the map is read around a point, the farther the point is moved off its surface.
        reach = np.maximum(dot(rotation[:, 2], offset), 0) * np.float32(0.75 * self.softness)
        offset += normal * (reach / focal + np.float32(_LIFT))
        depth = dot(rotation[:, 2], offset)
        ahead = np.maximum(depth, np.float32(0.05))
        # The border's first pixel has the index 0; half a pixel rounds to the nearest one.
        column = dot(rotation[:, 0], offset) / ahead * focal + np.float32(self.camera.u0 + 1.5)
        row = dot(rotation[:, 1], offset) / ahead * focal + np.float32(self.camera.v0 + 1.5)
        depth *= np.float32(1 - _BIAS)
        lit = np.zeros(len(depth), dtype=np.float32)
        values = self.depth.ravel()
        for across, down in _TAPS:
            u = np.clip(column + np.float32(across * self.softness), 0, side + 1).astype(np.int32)
            v = np.clip(row + np.float32(down * self.softness), 0, side + 1).astype(np.int32)
            v *= side + 2
            v += u
            lit += values.take(v) >= depth
        return lit / np.float32(len(_TAPS))
