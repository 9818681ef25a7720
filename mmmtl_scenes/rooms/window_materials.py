"""Windows and what hangs before them."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.engine.materials import blend, tone, visible
from mmmtl_scenes.engine.noise import cells, coverage, noise
from mmmtl_scenes.engine.surface import Appearance, Surface


def panes(s: Surface) -> Appearance:
    """A window with a frame of the first colour, and what is to be seen outside.

    Parameters: 0 columns and 1 rows of panes, 2 how bright it is outside (0 at night), 3 a seed,
    4 the height of the horizon outside above the middle of the window in metres, 5 is 1 where
    houses stand outside and 0 where trees do.
    """
    x, y = s.local[0], s.local[1]
    column_width, row_height = 2 * s.half(0) / s.param(0), 2 * s.half(1) / s.param(1)
    _, in_column = cells((x + s.half(0)) / column_width)
    _, in_row = cells((y + s.half(1)) / row_height)
    edge = np.minimum(
        column_width * (np.float32(0.5) - np.abs(in_column)),
        row_height * (np.float32(0.5) - np.abs(in_row)),
    )
    glass = np.clip((edge - np.float32(0.03)) / s.footprint, 0, 1)
    # What is outside is far away: it depends on the direction, and only a little on the place.
    aside = s.ray[0] * s.solids.handedness
    turn = (aside + x * np.float32(0.1)) * np.float32(1.3) + s.param(3) * 9
    rise = -y * np.float32(0.8) - s.param(4)
    sky = blend(tone(0.97, 0.98, 1.0), tone(0.72, 0.84, 1.0), np.clip(rise * 2, 0, 1))
    crown = noise(turn, s.param(3), 70) * np.float32(0.35) + np.float32(0.1)
    clumps = noise(turn * 3, rise * 3, 60)
    tree = tone(0.38, 0.45, 0.27) * (np.float32(0.8) + clumps * np.float32(0.8))
    house, in_house = cells(turn * 5)
    _, in_storey = cells(rise * 5)
    window = (np.abs(in_house) < np.float32(0.25)) & (np.abs(in_storey) < np.float32(0.25))
    wall = tone(0.66, 0.6, 0.54) * (1 - np.float32(0.5) * window)
    is_town = s.param(5) > np.float32(0.5)
    top = np.where(is_town, np.floor(noise(house // 4, s.param(3), 40) * 4) / 8 + 0.25, crown)
    shown = np.clip((top - rise) * 9, 0, 1)
    view = blend(sky, np.where(is_town, wall, tree), shown)
    meadow = np.clip(-rise * 6 - np.float32(0.6), 0, 1)
    view = blend(view, tone(0.5, 0.55, 0.38), meadow) * (1 + noise(turn, rise, 20) * 0.05)
    outside = view * s.param(2) + tone(0.05, 0.06, 0.1)
    frame = s.color * (1 + noise(x * 4, y, 60) * np.float32(0.05))
    dark = np.zeros_like(frame) + tone(0.05, 0.05, 0.06)
    return Appearance(blend(frame, dark, glass), gloss=glass * 0.12, glow=outside * glass)


def slats(s: Surface) -> Appearance:
    """Blinds of the first colour; parameters: 0 pitch in metres, 1 the light from outside."""
    pitch = s.param(0)
    _, y = cells(s.local[1] / pitch)
    pixel = np.minimum(s.footprint / pitch, 1)
    gap = coverage(y - np.float32(0.36), 0.12, pixel)
    slope = np.float32(0.9) - y * np.float32(0.35) * visible(s.footprint, 0.03)
    cord = coverage(np.abs(s.local[0]) - s.half(0) * np.float32(0.6), 0.004, s.footprint)
    color = s.color * slope * (1 - np.maximum(gap, cord * np.float32(0.5)) * np.float32(0.6))
    shine = (np.float32(0.14) + gap * np.float32(0.9)) * s.param(1)
    return Appearance(color, glow=s.color * shine, softness=0.4)


def drape(s: Surface) -> Appearance:
    """One fold of a curtain of the first colour, with a pattern of the second.

    Parameters: 0 the pattern: 0 none, 1 bands, 2 figures; 1 the light that shines through.
    """
    up = -s.local[1]
    u = s.local[0] / s.half(0)
    kind = np.round(s.param(0))
    band, y = cells(up / np.float32(0.17))
    bands = coverage(y, 0.2, np.minimum(s.footprint / np.float32(0.17), 1))
    odd = (band + s.solid) % 2
    figure = np.clip((np.float32(0.35) - np.hypot(u * np.float32(0.4), y)) * 10, 0, 1) * odd
    share = np.select([kind == 1, kind == 2], [bands, figure], 0)
    light = 1 + noise(s.local[0] * 3 + s.solid, up * np.float32(0.4), 40) * np.float32(0.18)
    color = blend(s.color, s.accent, share) * light
    return Appearance(color, glow=color * s.param(1), softness=0.4)
