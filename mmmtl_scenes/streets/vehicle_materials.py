"""Bodies, cabins and wheels of vehicles."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.engine.materials import blend, tone, visible
from mmmtl_scenes.engine.noise import cells, coverage
from mmmtl_scenes.engine.solids import BACK, FRONT, TOP
from mmmtl_scenes.engine.surface import Appearance, Surface


def bodywork(s: Surface) -> Appearance:
    """The body of a vehicle without its cabin: paint, wheel houses, doors, bumpers and lights.

    Parameters: 0 distance of the axles from the middle in front and 1 behind, 2 radius of the
    wheels, 3 whether the rear lights glow, 4 height of the glazing's lower edge above the underside
    (0: none), 5 its upper edge, 6 distance of its windows, 7 height of the solid's underside above
    that of the whole body.
    """
    half_x, half_y = s.half(0), s.half(1)
    x, z = s.local[0], s.local[2]
    up = half_y - s.local[1] + s.param(7)
    side = s.on_side
    color = s.color

    radius = s.param(2)
    front = np.hypot(z - s.param(0), up - radius * np.float32(0.35))
    rear = np.hypot(z + s.param(1), up - radius * np.float32(0.35))
    house = coverage(np.minimum(front, rear), radius * np.float32(1.2), s.footprint) * side
    sill = coverage(up, 0.1, s.footprint)
    door = coverage(np.abs(z - np.float32(0.15)) - np.float32(0.55), 0.02, s.footprint) * side
    door *= visible(s.footprint, 0.03) * (s.param(4) == 0)
    trim = np.clip(np.maximum(sill, door * np.float32(0.6)), 0, 1)
    color = blend(color, tone(0.1, 0.1, 0.1), trim * np.float32(0.85))

    end = (s.face == FRONT) | (s.face == BACK)
    edge = np.abs(x) / half_x
    lamp = (edge > np.float32(0.66)) & (edge < np.float32(0.97)) & end
    lamp &= (up > np.float32(0.44)) & (up < np.float32(0.6))
    is_rear = s.face == BACK
    red = tone(0.62, 0.05, 0.05)
    white = tone(0.85, 0.86, 0.84)
    color = np.where(lamp, np.where(is_rear, red, white), color)
    grille = end & ~is_rear & (edge < np.float32(0.55)) & (np.abs(up - np.float32(0.44)) < 0.12)
    plate = end & (np.abs(x) < np.float32(0.27)) & (np.abs(up - np.float32(0.24)) < 0.06)
    bumper = end & (up < np.float32(0.16))
    color = np.where(grille | bumper, tone(0.12, 0.12, 0.13), color)
    color = np.where(plate, tone(0.8, 0.8, 0.78), color)

    low, high = s.param(4), s.param(5)
    glass = coverage(up - (low + high) / 2, (high - low) / 2, s.footprint) * (s.face != TOP)
    across, half = s.across()
    glass *= coverage(across, half - np.float32(0.12), s.footprint)
    gap = np.maximum(s.param(6), np.float32(0.3))
    _, in_window = cells(across / gap)
    glass *= np.where(side, coverage(in_window, 0.46, np.minimum(s.stretched() / gap, 1)), 1)
    color = blend(color, tone(0.13, 0.15, 0.17), glass)
    color = blend(color, tone(0.05, 0.05, 0.05), house)
    glow = np.where(lamp & is_rear & (s.param(3) > 0), tone(0.8, 0.05, 0.03), 0)
    gloss = np.maximum(np.float32(0.22), glass * np.float32(0.4)) * (1 - house) * (1 - sill)
    return Appearance(color, gloss=gloss, glow=glow)


def cabin(s: Surface) -> Appearance:
    """The upper part of a car: panes all around below a painted roof, with painted pillars.

    Parameters: 0 taper of the sides, 1 in front and 2 behind (as given to the box), 3 share of the
    height that is roof.
    """
    half_y = s.half(1)
    level = (half_y - s.local[1]) / (2 * half_y)
    side = s.on_side
    across, half = s.across()
    shrink = np.where(side, (s.param(1) + s.param(2)) / 2, s.param(0)) * level
    shift = np.where(side, (s.param(2) - s.param(1)) / 2, 0) * level
    width = np.maximum(half - shrink, np.float32(0.05))
    position = (across - shift) / width
    pixel = s.stretched() / width
    glass = coverage(position, np.where(side, np.float32(0.86), np.float32(0.88)), pixel)
    glass *= coverage(level - np.float32(0.46), 0.38, s.footprint / (2 * half_y))
    pillar = coverage(position + np.float32(0.08), 0.045, pixel) * side
    glass *= (1 - np.clip(pillar, 0, 1)) * (s.face != TOP)
    pane = tone(0.12, 0.14, 0.16) * (np.float32(0.8) + np.float32(0.5) * level)
    return Appearance(
        blend(s.color, pane, glass), gloss=np.float32(0.22) + glass * np.float32(0.15)
    )


def tyre(s: Surface) -> Appearance:
    """A wheel: rubber around a rim of the first colour; the axis is the local x axis."""
    radius = np.hypot(s.local[1], s.local[2]) / s.half(1)
    rim = coverage(radius, 0.62, s.footprint / s.half(1)) * s.on_side
    angle = np.arctan2(s.local[1], s.local[2])
    spokes = np.float32(0.6) + np.float32(0.4) * np.cos(angle * 5) * visible(s.footprint, 0.08)
    return Appearance(blend(tone(0.11, 0.11, 0.115), s.color * spokes, rim))


def spokes(s: Surface) -> Appearance:
    """A bicycle's wheel: a dark tyre around thin spokes, through which the second colour shows."""
    radius = np.hypot(s.local[1], s.local[2]) / s.half(1)
    rubber = 1 - coverage(radius, 0.86, s.footprint / s.half(1))
    angle = np.arctan2(s.local[1], s.local[2]) * np.float32(12 / 6.2832)
    _, in_spoke = cells(angle)
    wire = (np.abs(in_spoke) < np.float32(0.12)) * np.float32(0.5)
    color = blend(s.accent, tone(0.5, 0.5, 0.5), wire * visible(s.footprint, 0.05))
    return Appearance(blend(color, tone(0.09, 0.09, 0.09), rubber))
