"""Facades and roofs."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.engine.materials import blend, tone, visible
from mmmtl_scenes.engine.noise import cells, coverage, hash_cells, noise
from mmmtl_scenes.engine.solids import TOP
from mmmtl_scenes.engine.surface import Appearance, Surface


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
    brick, _in_brick = cells(across / np.float32(0.6) + np.float32(0.5) * (course % 2))
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
    vivid = np.float32(0.06) + np.float32(0.16) * hash_cells(door_column, side + 29)
    banner = (np.float32(0.25) + np.float32(0.4) * kind + vivid * np.cos(hue + shades)) ** 2
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


def _window(s: Surface, luck: np.ndarray, y: np.ndarray) -> np.ndarray:  # noqa: ARG001
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
