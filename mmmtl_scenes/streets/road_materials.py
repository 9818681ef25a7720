"""The carriageway and its paint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmmtl_scenes.engine.materials import blend, tone, visible
from mmmtl_scenes.engine.noise import cells, coverage, hash_cells, noise
from mmmtl_scenes.engine.surface import Appearance, Surface


@dataclass(frozen=True)
class Line:
    """A painted line along the street.

    Args:
        lateral: Its distance to the right of the middle of the street in metres.
        width: Its width in metres.
        period: Distance from dash to dash in metres.
        share: Share of the period that is painted; 1 for a solid line.
        yellow: Whether it is yellow instead of white.
    """

    lateral: float
    width: float = 0.14
    period: float = 9.0
    share: float = 1.0
    yellow: bool = False


@dataclass(frozen=True)
class Crossing:
    """Paint across the street: stripes of a crossing, or a stop line.

    Args:
        start: First z in metres.
        end: Last z in metres.
        left: First lateral position in metres.
        right: Last lateral position in metres.
        period: Distance of the stripes in metres; 0 for one solid bar.
    """

    start: float
    end: float
    left: float
    right: float
    period: float = 1.0


@dataclass(frozen=True)
class Carriageway:
    """Asphalt with paint, tracks, patches and cracks; the material of the ground.

    Args:
        curvature: The middle of the street is at ``x = curvature * z**2 / 2``.
        lines: Paint along the street.
        crossings: Paint across the street.
        gaps: Ranges of z in which no lines are painted (junctions).
        lane_width: Distance of the wheel tracks' repetition in metres.
        patches: Share of patched surface, about 0 to 0.5.
        rails: Lateral positions of tram rails.
        setts: Whether the surface is of small stones instead of asphalt.
    """

    curvature: float
    lines: tuple[Line, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    gaps: tuple[tuple[float, float], ...] = ()
    lane_width: float = 3.4
    patches: float = 0.2
    rails: tuple[float, ...] = ()
    setts: bool = False

    def __call__(self, s: Surface) -> Appearance:
        """Colours the ground."""
        along = s.world[2]
        slope = np.float32(self.curvature) * np.maximum(along, 0)
        lateral = s.world[0] - slope * np.maximum(along, 0) / 2
        lateral /= np.sqrt(1 + slope * slope)
        stretched = s.stretched()
        color = s.color * self._wear(s, lateral, along, stretched)
        paint = self._paint(lateral, along, s.footprint, stretched)
        worn = np.float32(0.8) + np.float32(0.5) * noise(along, lateral, 50)
        share = np.clip(worn, 0, 0.95)
        color = blend(color, tone(0.86, 0.86, 0.84), paint[0] * share)
        color = blend(color, tone(0.85, 0.68, 0.2), paint[1] * share)
        for rail in self.rails:
            steel = coverage(lateral - np.float32(rail), 0.07, s.footprint)
            color = blend(color, tone(0.32, 0.31, 0.31), steel)
        return Appearance(color)

    def _wear(
        self, s: Surface, lateral: np.ndarray, along: np.ndarray, stretched: np.ndarray
    ) -> np.ndarray:
        """Gives the brightness of the surface without paint, shape (N,)."""
        x, z = s.world[0], s.world[2]
        light = 1 + noise(x, z * np.float32(0.4), 7) * np.float32(0.16)
        light += noise(x, z, 170) * visible(stretched, 0.12) * np.float32(0.22)
        _, in_lane = cells(lateral / np.float32(self.lane_width))
        track = np.abs(np.abs(in_lane) - np.float32(0.22)) * np.float32(self.lane_width)
        light += np.clip(np.float32(0.5) - track, 0, 0.5) * np.float32(0.28)
        light -= np.clip(np.float32(0.3) - np.abs(in_lane), 0, 0.3) * np.float32(0.3)
        column, _ = cells(lateral / np.float32(1.9))
        row, _ = cells(along / np.float32(7.3) + np.float32(0.37) * column)
        patched = hash_cells(column + 50, row) < self.patches * 0.5
        light -= patched * np.float32(0.17)
        crack = np.abs(noise(x, z * np.float32(0.5), 60) + np.float32(0.2))
        worn = noise(x, z, 11) > np.float32(0.2)
        light -= (crack < np.float32(0.02)) * worn * visible(stretched, 0.1) * np.float32(0.25)
        if self.setts:
            course, in_course = cells(z / np.float32(0.2))
            stone, in_stone = cells(x / np.float32(0.24) + np.float32(0.5) * (course % 2))
            joint = coverage(in_stone, 0.43, np.minimum(s.footprint / np.float32(0.24), 1))
            joint *= coverage(in_course, 0.42, np.minimum(stretched / np.float32(0.2), 1))
            light *= np.float32(0.62) + np.float32(0.5) * joint
            light += (hash_cells(stone, course) - np.float32(0.5)) * visible(stretched, 0.2) * 0.35
        return light

    def _paint(
        self, lateral: np.ndarray, along: np.ndarray, footprint: np.ndarray, stretched: np.ndarray
    ) -> np.ndarray:
        """Gives the share of white and yellow paint, shape (2, N)."""
        paint = np.zeros((2, len(lateral)), dtype=np.float32)
        for line in self.lines:
            share = coverage(lateral - np.float32(line.lateral), line.width / 2, footprint)
            if line.share < 1:
                _, in_dash = cells(along / np.float32(line.period))
                pixel = np.minimum(stretched / np.float32(line.period), 1)
                share *= coverage(in_dash, line.share / 2, pixel)
            row = paint[int(line.yellow)]
            np.maximum(row, share, out=row)
        for start, end in self.gaps:
            paint *= (along < start) | (along > end)
        for crossing in self.crossings:
            middle, half = (crossing.start + crossing.end) / 2, (crossing.end - crossing.start) / 2
            share = coverage(along - np.float32(middle), half, stretched)
            middle, half = (
                (crossing.left + crossing.right) / 2,
                (crossing.right - crossing.left) / 2,
            )
            share *= coverage(lateral - np.float32(middle), half, footprint)
            if crossing.period:
                _, in_stripe = cells(lateral / np.float32(crossing.period))
                pixel = np.minimum(footprint / np.float32(crossing.period), 1)
                share *= coverage(in_stripe, 0.25, pixel)
            np.maximum(paint[0], share, out=paint[0])
        return paint
