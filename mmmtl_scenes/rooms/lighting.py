"""The light of a room: windows, lamps, the sun through a window, and what the walls throw back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmmtl_scenes.engine.light import Vector
from mmmtl_scenes.engine.noise import coverage
from mmmtl_scenes.engine.shadow_maps import ShadowMap
from mmmtl_scenes.engine.surface import Appearance, Surface, dot

_CORNER = 0.4
"""Distance in metres over which walls, floor and ceiling keep light away from each other."""


@dataclass(frozen=True)
class Source:
    """A lamp, or a window through which the sky shines.

    Args:
        position: Its middle, in world coordinates.
        color: Light that arrives at a surface one metre away that faces it, linear.
        extent: Its radius in metres: how far its light reaches around edges.
        inward: Unit direction into the room for a window; ``None`` for a lamp, which shines to all
            sides.
        shadow: What stands in its light; ``None`` for nothing.
    """

    position: Vector
    color: Vector
    extent: float
    inward: Vector | None = None
    shadow: ShadowMap | None = None

    def arriving(self, world: np.ndarray, normal: np.ndarray, softness: float) -> np.ndarray:
        """Gives the share of its light that surfaces receive.

        Args:
            world: Points in the world, shape (3, N).
            normal: Their unit normals in the world, shape (3, N).
            softness: See :class:`~mmmtl_scenes.engine.surface.Appearance`.

        Returns:
            Shares of shape (N,), float32.
        """
        offset = np.array(self.position, dtype=np.float32)[:, None] - world
        square = dot(offset, offset)
        distance = np.sqrt(square)
        wrap = np.float32(max(softness, 0.3 * self.extent))
        share = (dot(normal, offset) / distance + wrap) / (1 + wrap)
        share = np.maximum(share, 0) / (square + np.float32(self.extent**2))
        if self.inward is not None:
            toward = -dot(np.array(self.inward, dtype=np.float32), offset) / distance
            share *= np.maximum(toward * np.float32(0.9) + np.float32(0.1), 0)
        if self.shadow is not None:
            # Some light comes back from the walls into every shadow.
            share *= self.shadow.light(world, normal) * np.float32(0.85) + np.float32(0.15)
        return share


@dataclass(frozen=True)
class Sunbeam:
    """The sun through a window.

    Args:
        toward: Unit direction to the sun; outward through the window.
        color: Light on a surface that faces the sun, linear.
        middle: Middle of the window.
        along: Unit horizontal direction in the window.
        half: Half of the window's width and height in metres.
        bars: Width of a bar across the middle of the window in metres.
        shadow: What stands in the light.
    """

    toward: Vector
    color: Vector
    middle: Vector
    along: Vector
    half: tuple[float, float]
    bars: float
    shadow: ShadowMap

    def arriving(self, world: np.ndarray, normal: np.ndarray) -> np.ndarray:
        """Gives the share of the sun's light that surfaces receive, shape (N,); see Source."""
        toward, along = np.array(self.toward), np.array(self.along)
        outward = np.cross(along, np.array([0.0, 1.0, 0.0]))
        facing = outward @ toward
        offset = np.array(self.middle, dtype=np.float32)[:, None] - world
        step = dot(outward.astype(np.float32), offset) / np.float32(facing)
        across = step * np.float32(along @ toward) - dot(along.astype(np.float32), offset)
        down = step * np.float32(toward[1]) - offset[1]
        # The sun is no point: the edge of its patch widens by a hundredth of the way.
        edge = np.abs(step) * np.float32(0.012) + np.float32(0.01)
        share = coverage(across, self.half[0], edge) * coverage(down, self.half[1], edge)
        share *= 1 - coverage(across, self.bars / 2, edge)
        share *= np.maximum(dot(toward.astype(np.float32), normal), 0) * (step > 0)
        lit = np.flatnonzero(share > 0)
        share[lit] *= self.shadow.light(world[:, lit], normal[:, lit])
        return share


@dataclass(frozen=True)
class RoomLighting:
    """All light in a room. Directions are world directions, colours linear.

    Args:
        extent: Smallest x, largest x, smallest z, largest z, and height of the room in metres.
        above: Light that ceiling and upper walls throw down.
        below: Light that the floor throws up.
        sources: Windows and lamps.
        sun: The sun, if it shines in.
    """

    extent: tuple[float, float, float, float, float]
    above: Vector
    below: Vector
    sources: tuple[Source, ...]
    sun: Sunbeam | None = None

    def shade(
        self, surface: Surface, looks: Appearance, rotation: np.ndarray, shadows: np.ndarray
    ) -> np.ndarray:
        """Gives the light of points; see :meth:`~mmmtl_scenes.engine.light.Light.shade`."""
        turn = rotation.astype(np.float32)
        turn[0] *= surface.solids.handedness
        normal = np.stack([dot(turn[i], surface.normal) for i in range(3)])
        ambient = self._openness(surface.world, normal) * shadows[1]
        rise = surface.up * np.float32(0.5) + np.float32(0.5)
        light = np.empty_like(looks.albedo)
        for channel in range(3):
            above, below = self.above[channel], self.below[channel]
            light[channel] = (rise * np.float32(above - below) + np.float32(below)) * ambient
        glint = np.zeros_like(light)
        polished = isinstance(looks.gloss, np.ndarray) or looks.gloss > 0
        mirror = surface.ray + 2 * surface.facing * surface.normal
        mirror = np.stack([dot(turn[i], mirror) for i in range(3)]) if polished else mirror
        # Contacts keep much of the light of every source away, too.
        contact = shadows[1] * np.float32(0.6) + np.float32(0.4)
        for source in self.sources:
            share = source.arriving(surface.world, normal, looks.softness) * contact
            color = np.array(source.color, dtype=np.float32)[:, None]
            light += share * color
            if polished:
                glint += _highlight(source, surface.world, mirror) * color
        if self.sun is not None:
            share = self.sun.arriving(surface.world, normal)
            light += share * np.array(self.sun.color, dtype=np.float32)[:, None]
        light *= looks.albedo
        if polished:
            fresnel = (1 - surface.facing) * (1 - surface.facing) * np.float32(0.7)
            ceiling = np.array(self.above, dtype=np.float32)[:, None]
            glint += ceiling * (np.float32(0.6) - np.float32(0.4) * mirror[1])
            light += glint * (looks.gloss * (fresnel + np.float32(0.15)))
        if looks.glow is not None:
            light += looks.glow
        return light

    def _openness(self, world: np.ndarray, normal: np.ndarray) -> np.ndarray:
        """Gives the share of the room's light that its corners let arrive, shape (N,)."""
        left, right, near, far, height = self.extent
        share = np.ones(world.shape[1], dtype=np.float32)
        for axis, sign, edge in (
            (0, 1, left),
            (0, -1, right),
            (2, 1, near),
            (2, -1, far),
            (1, -1, 0.0),
            (1, 1, -height),
        ):
            distance = np.abs(world[axis] - np.float32(edge))
            away = np.float32(0.5) - np.float32(0.5 * sign) * normal[axis]
            share *= 1 - np.float32(0.55) * away * np.exp(distance * np.float32(-1 / _CORNER))
        return share

    def fade(self, color: np.ndarray, depth: np.ndarray) -> np.ndarray:
        """Gives the colours unchanged: there is no haze in a room."""
        return color

    def sky(self, direction: np.ndarray) -> np.ndarray:
        """Gives darkness, shape (3, N): a room has no gaps."""
        return np.zeros_like(direction)


def _highlight(source: Source, world: np.ndarray, mirror: np.ndarray) -> np.ndarray:
    """Gives the mirror image of a source in a polished surface, blurred, shape (N,)."""
    offset = np.array(source.position, dtype=np.float32)[:, None] - world
    near = dot(offset, mirror) / np.sqrt(dot(offset, offset))
    share = np.maximum(near, 0)
    for _ in range(5):
        share *= share
    return share * np.float32(1.2)
