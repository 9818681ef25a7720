"""Materials of streets: carriageway, facades, roofs, vehicles, people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmmtl.datasets.synthetic.materials import blend, tone, visible
from mmmtl.datasets.synthetic.noise import cells, coverage, hash_cells, noise
from mmmtl.datasets.synthetic.solids import BACK, FRONT, TOP
from mmmtl.datasets.synthetic.surface import Appearance, Surface


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
        crack = np.abs(noise(x, z * np.float32(0.6), 12) + np.float32(0.15))
        light -= (crack < np.float32(0.012)) * visible(stretched, 0.15) * np.float32(0.3)
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
            middle, half = (crossing.left + crossing.right) / 2, (crossing.right - crossing.left) / 2
            share *= coverage(lateral - np.float32(middle), half, footprint)
            if crossing.period:
                _, in_stripe = cells(lateral / np.float32(crossing.period))
                pixel = np.minimum(footprint / np.float32(crossing.period), 1)
                share *= coverage(in_stripe, 0.25, pixel)
            np.maximum(paint[0], share, out=paint[0])
        return paint


def facade(s: Surface) -> Appearance:
    """The walls of a house: plaster or brick, storeys of windows, a ground floor of shops or doors.

    Parameters: 0 height of a storey, 1 distance of the windows, 2 width and 3 height of a window as
    shares of these, 4 height of the ground floor, 5 brick (0 to 1), 6 whether there are shops,
    7 seed. The second colour is that of frames, ledges and ground floor.
    """
    across, half = s.across()
    up = s.half(1) - s.local[1]
    stretched = s.stretched()
    storey, ground, seed = s.param(0), s.param(4), s.param(7)
    side = np.where(s.on_side, 1, 2) + seed

    count = np.maximum(np.round(2 * half / s.param(1)), 1)
    pitch = 2 * half / count
    column, x = cells((across + half) / pitch)
    row, y = cells((up - ground) / storey)
    pixel_x = np.minimum(stretched / pitch, 1)
    pixel_y = np.minimum(s.footprint / storey, 1)
    half_x, half_y = s.param(2) / 2, s.param(3) / 2
    is_ground = up < ground
    # A window must fit under the eaves.
    fits = (row >= 0) & ((row + 1) * storey + ground < 2 * s.half(1) - np.float32(0.2))
    glass = coverage(x, half_x, pixel_x) * coverage(y, half_y, pixel_y) * fits
    frame = coverage(x, half_x * np.float32(1.16) + np.float32(0.02), pixel_x)
    frame *= coverage(y - np.float32(0.02), half_y * np.float32(1.14), pixel_y) * fits
    mullion = coverage(x, 0.02, pixel_x) + coverage(y + half_y * np.float32(0.4), 0.015, pixel_y)
    sill = coverage(y + half_y + np.float32(0.04), 0.025, pixel_y) * frame

    stain = noise(across + seed * 7, up, 9) * np.float32(0.10)
    stain += noise(across * 3, up * np.float32(0.4) + seed, 40) * np.float32(0.08)
    stain -= np.clip(1 - up, 0, 1) * np.float32(0.18)
    wall = s.color * (1 + stain)
    course, in_course = cells(up / np.float32(0.24))
    brick, in_brick = cells(across / np.float32(0.6) + np.float32(0.5) * (course % 2))
    near = visible(stretched, 0.3) * s.param(5)
    vary = (hash_cells(brick, course) - np.float32(0.5)) * np.float32(0.45)
    vary -= (np.abs(in_course) > np.float32(0.42)) * np.float32(0.22)
    wall *= 1 + vary * near
    _, in_ledge = cells((up - ground) / storey + np.float32(0.5))
    ledge = coverage(in_ledge, 0.035, pixel_y) * (np.float32(0.35) + np.float32(0.4) * (seed % 1))
    ledge = np.maximum(ledge, coverage(up - 2 * s.half(1) + np.float32(0.2), 0.2, s.footprint))
    wall = blend(wall, s.accent, ledge)

    # Ground floor: wide shop windows or doors between pillars.
    door_column, door_x = cells((across + half) / pitch / 2)
    shop = s.param(6) > np.float32(0.5)
    kind = hash_cells(door_column + 3, side)
    opening = np.where(shop, np.float32(0.43), np.float32(0.17) + (kind < 0.4) * np.float32(0.06))
    opening_glass = coverage(door_x, opening, np.minimum(stretched / pitch / 2, 1))
    height = ground * np.where(shop, np.float32(0.72), np.float32(0.62))
    base = np.where(shop, np.float32(0.35), 0)
    opening_glass *= coverage(up - (height + base) / 2, (height - base) / 2, s.footprint)
    fascia = coverage(up - ground * np.float32(0.86), ground * np.float32(0.1), s.footprint) * shop
    base_wall = blend(wall, s.accent * (1 + stain), np.float32(0.85) * shop + np.float32(0.1))
    hue = hash_cells(door_column, side + 11) * np.float32(6.2832)
    shades = np.array([0, 2.1, 4.2], dtype=np.float32)[:, None]
    banner = (np.float32(0.32) + np.float32(0.28) * np.cos(hue + shades)) ** 2
    base_wall = blend(base_wall, banner, fascia * np.float32(0.9))

    luck = hash_cells(column, row, side * 13)
    pane = _window(s, luck, y / np.maximum(half_y, np.float32(0.05)))
    upper = blend(wall, s.accent * np.float32(1.1), np.maximum(frame * np.float32(0.8), sill))
    bar = np.minimum(mullion, 1) * visible(stretched, 0.18)
    pane_framed = blend(pane, s.accent, bar)
    upper = blend(upper, pane_framed, glass)
    inside = tone(0.16, 0.15, 0.15) * (np.float32(0.5) + 2 * kind * shop)
    door = blend(inside, tone(0.62, 0.52, 0.38), np.clip(kind * 2 - np.float32(1.2), 0, 1) * shop)
    lower = blend(base_wall, door, opening_glass)
    color = np.where(is_ground, lower, upper)
    color = np.where(s.face == TOP, tone(0.33, 0.32, 0.31), color)
    gloss = np.where(is_ground, opening_glass * shop * np.float32(0.25), glass * np.float32(0.42))
    return Appearance(color, gloss=np.where(s.face == TOP, 0, gloss))


def _window(s: Surface, luck: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Gives the colour of window panes: dark rooms, some curtains, some lit, shape (3, N)."""
    dark = tone(0.17, 0.2, 0.23) * (np.float32(0.55) + luck)
    curtain = tone(0.62, 0.6, 0.56) * (np.float32(0.8) + np.float32(0.2) * y)
    drawn = (luck * 7 % 1 > np.float32(0.72)) & (y > 1 - 4 * (luck * 31 % 1))
    return blend(dark, curtain, drawn.astype(np.float32))


def roof(s: Surface) -> Appearance:
    """Tiles of the first colour, in rows up the slope."""
    row, in_row = cells(s.local[1] / np.float32(0.28))
    across, _ = s.across()
    column, _ = cells(across / np.float32(0.4))
    fade = visible(s.stretched(), 0.25)
    light = 1 + (hash_cells(row, column) - np.float32(0.5)) * np.float32(0.35) * fade
    light -= np.clip(in_row, 0, 1) * np.float32(0.5) * fade
    light += noise(across + s.solid, s.local[1], 10) * np.float32(0.15)
    return Appearance(s.color * light)


def bodywork(s: Surface) -> Appearance:
    """The body of a vehicle without its cabin: paint, wheel houses, doors, bumpers and lights.

    Parameters: 0 distance of the axles from the middle in front and 1 behind, 2 radius of the
    wheels, 3 whether the rear lights glow, 4 height of the glazing's lower edge above the underside
    (0: none), 5 its upper edge, 6 distance of its windows. The second colour is that of trim.
    """
    half_x, half_y, half_z = s.half(0), s.half(1), s.half(2)
    x, z = s.local[0], s.local[2]
    up = half_y - s.local[1]
    side = s.on_side
    color = s.color.copy()

    radius = s.param(2)
    front = np.hypot(z - s.param(0), up - radius * np.float32(0.35))
    rear = np.hypot(z + s.param(1), up - radius * np.float32(0.35))
    house = coverage(np.minimum(front, rear), radius * np.float32(1.2), s.footprint) * side
    sill = coverage(up, np.minimum(half_y * np.float32(0.2), np.float32(0.14)), s.footprint)
    door = coverage(np.abs(z - np.float32(0.15)) - np.float32(0.55), 0.02, s.footprint) * side
    door *= visible(s.footprint, 0.03) * (s.param(4) == 0)
    trim = np.clip(np.maximum(sill, door * np.float32(0.6)), 0, 1)
    color = blend(color, tone(0.1, 0.1, 0.1), trim * np.float32(0.85))

    end = (s.face == FRONT) | (s.face == BACK)
    edge = np.abs(x) / half_x
    level = up / np.minimum(2 * half_y, np.float32(0.95))
    lamp = (edge > np.float32(0.62)) & (edge < np.float32(0.96)) & end
    lamp &= (level > np.float32(0.55)) & (level < np.float32(0.82))
    is_rear = s.face == BACK
    red = tone(0.62, 0.05, 0.05)
    white = tone(0.85, 0.86, 0.84)
    color = np.where(lamp, np.where(is_rear, red, white), color)
    grille = end & ~is_rear & (edge < np.float32(0.55)) & (np.abs(level - 0.5) < 0.16)
    plate = end & (np.abs(x) < np.float32(0.27)) & (np.abs(level - np.float32(0.33)) < 0.07)
    bumper = end & (level < np.float32(0.2))
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
        blend(s.color, pane, glass), gloss=np.float32(0.22) + glass * np.float32(0.25)
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


def cloth(s: Surface) -> Appearance:
    """Clothing of the first colour with folds, and a pattern of the second.

    Parameter 0: 0 plain, 1 stripes, 2 a lower half of the second colour.
    """
    u = s.local[0] + s.local[2]
    folds = noise(u * 3 + s.solid, s.local[1], 120) * np.float32(0.3)
    kind = np.round(s.param(0))
    _, in_stripe = cells(s.local[1] / np.float32(0.14))
    stripe = coverage(in_stripe, 0.25, np.minimum(s.footprint / np.float32(0.14), 1))
    lower = s.local[1] > s.half(1) * np.float32(0.25)
    share = np.select([kind == 1, kind == 2], [stripe, lower], 0)
    return Appearance(blend(s.color, s.accent, share) * (1 + folds), softness=0.15)


def head(s: Surface) -> Appearance:
    """A head: skin of the first colour, hair of the second above and behind."""
    up = -s.local[1] / s.half(1)
    ahead = s.local[2] / s.half(2)
    hair = (up > np.float32(0.35) + ahead * np.float32(0.45)).astype(np.float32)
    return Appearance(blend(s.color, s.accent, hair), softness=0.1)
