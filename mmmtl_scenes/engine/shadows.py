"""Soft blobs of shadow that objects cast on level ground, and on what stands above it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmmtl_scenes.engine.camera import PinholeCamera
from mmmtl_scenes.engine.ray_casting import screen_rectangles
from mmmtl_scenes.engine.solid_builder import SolidBuilder
from mmmtl_scenes.engine.solids import Frame, Solids
from mmmtl_scenes.engine.surface import Appearance, Surface

SUN, SKY = 0, 1
"""What a shadow keeps away: the sun's light, or the light of the sky around a contact."""

_REACH = 0.35
"""Height in metres up to which a surface counts as ground."""


@dataclass(frozen=True)
class Blob:
    """An elliptic or rectangular shadow on the ground.

    Args:
        frame: Its centre and heading.
        half: Half of its extents along the frame's x and z axes.
        opacity: Share of the light that it takes.
        light: :data:`SUN` or :data:`SKY`.
        square: Whether it is a rounded rectangle instead of an ellipse.
        reach: Distance in metres above and below the base of the frame over which it fades; such a
            shadow may lie on a table. With 0 it lies on the ground and all that is low.
    """

    frame: Frame
    half: tuple[float, float]
    opacity: float
    light: int = SKY
    square: bool = False
    reach: float = 0.0


@dataclass(frozen=True)
class Blobs:
    """The shadows of a scene.

    Args:
        blobs: The shadows, as in the world before any mirroring.
        boxes: A flat box around each of them, which tells where they are in the image.
    """

    blobs: tuple[Blob, ...]
    boxes: Solids | None

    @classmethod
    def of(cls, blobs: list[Blob]) -> Blobs:
        """Prepares shadows that are given in world coordinates."""
        builder = SolidBuilder()
        for blob in blobs:
            size = (2.6 * blob.half[0], 0.15, 2.6 * blob.half[1])
            builder.box(blob.frame, _no_material, 0, size)
        return cls(tuple(blobs), builder.build() if blobs else None)

    def mirrored(self) -> Blobs:
        """Negates the world's x axis."""
        return Blobs(self.blobs, None if self.boxes is None else self.boxes.mirrored())

    def light(self, camera: PinholeCamera, depth: np.ndarray, world: np.ndarray) -> np.ndarray:
        """Tells how much light the blobs let pass.

        Args:
            camera: The camera.
            depth: z-depth, shape (H, W), infinite in the sky.
            world: World coordinates of all pixels (x as before any mirroring), (3, H, W).

        Returns:
            Shares of the light of sun and sky, shape (2, H, W), float32.
        """
        light = np.ones((2, *depth.shape), dtype=np.float32)
        if self.boxes is None:
            return light
        nearest, rectangles = screen_rectangles(self.boxes.seen_from(camera.pose), camera)
        height = -world[1]
        for fading in (False, True):
            for index, (top, bottom, left, right) in enumerate(rectangles):
                if top >= bottom or left >= right or (self.blobs[index].reach > 0) != fading:
                    continue
                window = (slice(top, bottom), slice(left, right))
                if depth[window].max() < nearest[index]:
                    continue
                blob = self.blobs[index]
                share = _share(blob, world[0][window], world[2][window])
                if fading:
                    away = np.abs(height[window] - np.float32(blob.frame.base))
                    away = np.minimum(away * np.float32(1 / blob.reach), 1)
                    share += (1 - share) * away
                light[blob.light][window] *= share
            if not fading:
                light[:, height > _REACH] = 1
        return light


def _share(blob: Blob, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Gives how much light a blob lets pass at places in the world, an array of their shape."""
    x, z = x - np.float32(blob.frame.x), z - np.float32(blob.frame.z)
    cos, sin = np.cos(blob.frame.yaw), np.sin(blob.frame.yaw)
    u = x * np.float32(cos / blob.half[0]) - z * np.float32(sin / blob.half[0])
    v = x * np.float32(sin / blob.half[1]) + z * np.float32(cos / blob.half[1])
    u *= u
    v *= v
    if blob.square:
        u *= u
        v *= v
    u += v
    u *= np.float32(-1.25)
    u += np.float32(1.75)
    share = np.clip(u, 0, 1)
    share *= np.float32(-blob.opacity)
    share += 1
    return share


def _no_material(surface: Surface) -> Appearance:
    raise NotImplementedError('The boxes around shadows only tell where they are.')
