"""The light of a street: sun, sky and haze, and the shadows of the houses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, radians, sin

import numpy as np

from mmmtl_scenes.engine.light import Vector
from mmmtl_scenes.engine.noise import noise
from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.engine.surface import Appearance, Surface, dot

WEATHER: dict[str, float] = {'sunny': 0.36, 'low sun': 0.16, 'veiled': 0.18, 'overcast': 0.3}
"""What the sky of a street can be like, and how often."""


@dataclass(frozen=True)
class StreetWalls:
    """The rows of houses along a street as two curved walls that keep the sun away.

    Args:
        curvature: The middle of the street is at ``x = curvature * z**2 / 2``.
        lateral: Distances of the left and the right wall from the middle of the street, positive.
        edges: Ascending z positions at which the height of a wall changes, for either wall.
        heights: Height of a wall from the edge of the same index on, for either wall.
    """

    curvature: float
    lateral: tuple[float, float]
    edges: tuple[tuple[float, ...], tuple[float, ...]]
    heights: tuple[tuple[float, ...], tuple[float, ...]]

    def shadow(self, world: np.ndarray, sun: Vector) -> np.ndarray:
        """Tells how much sun arrives.

        Args:
            world: Points, shape (3, N).
            sun: Unit direction towards the sun.

        Returns:
            Values of shape (N,), 0 in the shadow and 1 in the sun, with a soft edge.
        """
        side = 0 if sun[0] < 0 else 1
        sign = 2 * side - 1
        slope = np.float32(self.curvature) * np.maximum(world[2], 0)
        distance = sign * (slope * np.maximum(world[2], 0) / 2 - world[0]) + np.float32(
            self.lateral[side]
        )
        approach = np.maximum(sign * (sun[0] - slope * sun[2]), np.float32(0.02))
        step = np.maximum(distance, 0) / approach
        height = step * -np.float32(sun[1]) - world[1]
        index = np.searchsorted(np.array(self.edges[side]), world[2] + step * np.float32(sun[2]))
        wall = np.array((0.0, *self.heights[side]), dtype=np.float32).take(index)
        light = np.clip((height - wall) * np.float32(2.5) + 0.5, 0, 1)
        # What stands behind the front of a row is not shaded by that row.
        return np.where(distance < -0.15, 1, light)


@dataclass(frozen=True)
class StreetLighting:
    """The light of a street. Directions are world directions, colours linear.

    Args:
        sun: Unit direction towards the sun (y down: a sun in the sky has a negative y).
        sun_color: Light of the sun; zero under a closed cloud cover.
        sky_color: Light from above.
        bounce_color: Light from below.
        haze_color: Colour of the horizon, towards which everything fades with distance.
        haze_distance: Metres over which a share 1 - 1/e is lost in haze.
        zenith_color: Colour of the sky well above the horizon.
        clouds: Share of the sky that clouds cover, 0 to 1.
        seed: Choice of the clouds.
        walls: What shades the street, if anything.
        weather: Which of :data:`WEATHER` it was drawn for, if any.
    """

    sun: Vector
    sun_color: Vector
    sky_color: Vector
    bounce_color: Vector
    haze_color: Vector
    haze_distance: float
    zenith_color: Vector
    clouds: float
    seed: float = 0.0
    walls: StreetWalls | None = None
    weather: str | None = None

    def with_walls(self, walls: StreetWalls) -> StreetLighting:
        """Gives the same light in a street between walls."""
        return replace(self, walls=walls)

    def shade(
        self, surface: Surface, looks: Appearance, rotation: np.ndarray, shadows: np.ndarray
    ) -> np.ndarray:
        """Gives the light of points; see :meth:`~mmmtl_scenes.engine.light.Light.shade`."""
        sun = np.array(self.sun)
        sun[0] *= surface.solids.handedness
        direction = (rotation.T @ sun).astype(np.float32)
        lambert = dot(direction, surface.normal)
        if looks.softness:
            lambert = (lambert + np.float32(looks.softness)) / np.float32(1 + looks.softness)
        direct = np.maximum(lambert, 0)
        if any(self.sun_color):
            if self.walls is not None:
                direct *= self.walls.shadow(surface.world, self.sun)
            direct *= shadows[0]
        above = (surface.up * np.float32(0.5) + np.float32(0.5)) * shadows[1]
        light = np.empty_like(looks.albedo)
        for channel in range(3):
            # The light of the sky from above, that of the ground from below.
            sky, bounce = self.sky_color[channel], self.bounce_color[channel]
            light[channel] = above * np.float32(sky - bounce)
            light[channel] += direct * np.float32(self.sun_color[channel])
            light[channel] += np.float32(bounce)
        light *= looks.albedo
        if isinstance(looks.gloss, np.ndarray) or looks.gloss:
            light += self._reflection(surface, rotation) * looks.gloss
        if looks.glow is not None:
            light += looks.glow
        return light

    def _reflection(self, surface: Surface, rotation: np.ndarray) -> np.ndarray:
        """Gives the mirror image of sky and street in a polished surface, shape (3, N)."""
        mirror = surface.ray + 2 * surface.facing * surface.normal
        up = -dot(rotation[1].astype(np.float32), mirror)
        fresnel = (1 - surface.facing) * (1 - surface.facing) * np.float32(0.8) + np.float32(0.14)
        share = np.clip(up * 3 + np.float32(0.25), np.float32(0.06), 1) * fresnel
        image = np.empty((3, len(surface)), dtype=np.float32)
        for channel in range(3):
            image[channel] = share * np.float32(self.haze_color[channel])
        if any(self.sun_color):
            sun = np.array(self.sun)
            sun[0] *= surface.solids.handedness
            glint = dot((rotation.T @ sun).astype(np.float32), mirror)
            image += _power(np.maximum(glint, 0), 5) * np.float32(1.5)
        return image

    def fade(self, color: np.ndarray, depth: np.ndarray) -> np.ndarray:
        """Adds haze; see :meth:`~mmmtl_scenes.engine.light.Light.fade`."""
        kept = np.exp(depth * np.float32(-1 / self.haze_distance))
        haze = np.array(self.haze_color, dtype=np.float32)[:, None]
        return haze + (color - haze) * kept

    def sky(self, direction: np.ndarray) -> np.ndarray:
        """Paints the sky; see :meth:`~mmmtl_scenes.engine.light.Light.sky`."""
        level = np.hypot(direction[0], direction[2])
        rise = np.maximum(-direction[1] / level, 0)
        turn = np.arctan2(direction[0], direction[2])
        high = np.clip(rise * np.float32(2.6), 0, 1)[None]
        horizon = np.array(self.haze_color, dtype=np.float32)[:, None]
        zenith = np.array(self.zenith_color, dtype=np.float32)[:, None]
        color = horizon + (zenith - horizon) * high
        shift = np.float32(self.seed)
        density = noise(turn + shift, rise * 3 + shift, 170) * np.float32(0.8)
        density += noise(turn * 3 + shift, rise * 8 - shift, 170) * np.float32(0.35)
        cover = np.clip((density + np.float32(self.clouds - 0.5)) * 3, 0, 1)
        cover *= np.float32(0.9)
        bright = np.array(self.haze_color, dtype=np.float32)[:, None] * np.float32(1.25)
        thick = np.clip(density + np.float32(self.clouds - 0.6), 0, 1)
        white = bright * (1 - np.float32(0.4) * thick)
        color += (white - color) * cover
        if any(self.sun_color):
            unit = direction / np.sqrt((direction**2).sum(axis=0))
            near = dot(np.array(self.sun, dtype=np.float32), unit)
            glow = _power(np.maximum(near, 0), 5) * np.float32(0.8)
            color += glow * np.array(self.sun_color, dtype=np.float32)[:, None] * np.float32(0.5)
        return color


def _power(base: np.ndarray, squarings: int) -> np.ndarray:
    """Squares repeatedly: ``base ** (2 ** squarings)``, in place."""
    for _ in range(squarings):
        base *= base
    return base


def sample_street_lighting(rng: SceneRNG) -> StreetLighting:
    """Draws a time of day and a weather.

    Args:
        rng: Random choices.

    Returns:
        The light, without the walls of the street.
    """
    weather = rng.weighted(WEATHER)
    elevation = radians(rng.uniform(12, 24) if weather == 'low sun' else rng.uniform(28, 62))
    azimuth = radians(rng.uniform(0, 360))
    sun = (sin(azimuth) * cos(elevation), -sin(elevation), cos(azimuth) * cos(elevation))
    blue = rng.uniform(0.0, 1.0)
    colors: dict[str, tuple[Vector, Vector, Vector, Vector, float]] = {
        # light of the sun, of the sky, of the ground; zenith; clouds
        'sunny': ((2.3, 2.1, 1.8), (0.55, 0.64, 0.8), (0.4, 0.38, 0.35), (0.25, 0.43, 0.78), 0.35),
        'low sun': ((2.5, 1.75, 1.0), (0.5, 0.54, 0.66), (0.4, 0.35, 0.3), (0.34, 0.46, 0.7), 0.45),
        'veiled': ((1.1, 1.05, 0.95), (0.78, 0.83, 0.92), (0.42, 0.42, 0.4), (0.5, 0.62, 0.8), 0.6),
        'overcast': (
            (0.0, 0.0, 0.0),
            (1.15, 1.18, 1.22),
            (0.42, 0.42, 0.42),
            (0.8, 0.85, 0.9),
            0.5,
        ),
    }
    sun_color, sky_color, bounce, zenith, clouds = colors[weather]
    horizon = {
        'sunny': (0.86, 0.92, 0.98),
        'low sun': (1.0, 0.9, 0.76),
        'veiled': (0.94, 0.95, 0.97),
        'overcast': (1.0, 1.02, 1.04),
    }[weather]
    level = rng.uniform(1.0, 1.45)
    return StreetLighting(
        sun=sun,
        sun_color=sun_color,
        sky_color=sky_color,
        bounce_color=bounce,
        haze_color=(horizon[0] * level, horizon[1] * level, horizon[2] * level),
        haze_distance=rng.uniform(160, 320) if rng.chance(0.25) else rng.uniform(350, 900),
        zenith_color=(zenith[0], zenith[1], zenith[2] * (0.9 + 0.2 * blue)),
        clouds=clouds + rng.uniform(-0.25, 0.25),
        seed=rng.uniform(0, 100),
        weather=weather,
    )
