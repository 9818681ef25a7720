"""Street furniture, fences and walls."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.engine.materials import blend, tone, visible
from mmmtl_scenes.engine.noise import cells, coverage, hash_cells, noise
from mmmtl_scenes.engine.solids import BACK, FRONT
from mmmtl_scenes.engine.surface import Appearance, Surface


def concrete(s: Surface) -> Appearance:
    """Stained concrete."""
    across, _ = s.across()
    stain = noise(across + s.solid, s.local[1], 22) * np.float32(0.25)
    stain += noise(across * 6, s.local[1] + s.solid, 30) * np.float32(0.12)
    return Appearance(s.color * (1 + stain))


def masonry(s: Surface) -> Appearance:
    """Brick or stone courses of the first colour, with mortar of the second.

    Parameters: 0 the length and 1 the height of a brick in metres.
    """
    across, _ = s.across()
    length, height = s.param(0), s.param(1)
    course, in_course = cells(s.local[1] / height)
    brick, in_brick = cells(across / length + np.float32(0.5) * (course % 2))
    footprint = np.minimum(s.stretched() / length, 1)
    mortar = 1 - coverage(in_course, 0.45, np.minimum(s.footprint / height, 1)) * coverage(
        in_brick, 0.47, footprint
    )
    vary = (hash_cells(brick, course, s.solid) - np.float32(0.5)) * visible(s.footprint, 0.12)
    stain = noise(across, s.local[1], 20) * np.float32(0.12)
    color = s.color * (1 + vary * np.float32(0.5) + stain)
    return Appearance(blend(color, s.accent, mortar * np.float32(0.7)))


def bars(s: Surface) -> Appearance:
    """Railing or pickets of the first colour before a background of the second.

    Parameters: 0 the distance of the bars in metres, 1 the share of the bars.
    """
    across, _ = s.across()
    distance = s.param(0)
    _, in_bar = cells(across / distance)
    bar = coverage(in_bar, s.param(1) / 2, np.minimum(s.stretched() / distance, 1))
    height = s.half(1)
    rail = coverage(np.abs(s.local[1]) - height * np.float32(0.8), 0.04, s.footprint)
    light = 1 + noise(across, s.local[1], 30) * np.float32(0.12)
    return Appearance(blend(s.accent, s.color, np.maximum(bar, rail)) * light)


def sign_plate(s: Surface) -> Appearance:
    """A traffic sign: a face of the first colour with a rim or symbol of the second.

    Parameter 0: 0 plain, 1 rim, 2 horizontal bar, 3 arrow, 4 lines of text, 5 square rim,
    6 triangular rim.
    """
    kind = np.round(s.param(0))
    half_x, half_y = s.half(0), s.half(1)
    x, y = s.local[0] / half_x, s.local[1] / half_y
    footprint = s.footprint / half_x
    rim = 1 - coverage(np.hypot(x, y), 0.72, footprint)
    bar = coverage(x, 0.65, footprint) * coverage(y, 0.17, footprint)
    head = np.where(
        y < np.float32(-0.05), (y + np.float32(0.72)) * np.float32(0.75), np.float32(0.15)
    )
    arrow = coverage(x, np.maximum(head, 0), footprint) * coverage(y, 0.7, footprint)
    inner_y = (y - np.float32(1 / 3)) / np.float32(0.6) + np.float32(1 / 3)
    inner = coverage(x / np.float32(0.6), np.maximum((1 + inner_y) / 2, 0), footprint * 2)
    triangle = 1 - inner * (inner_y < 1)
    square = 1 - coverage(np.maximum(np.abs(x), np.abs(y)), 0.78, footprint)
    _, in_line = cells(y * 2)
    text = coverage(in_line, 0.22, np.minimum(footprint * 2, 1)) * coverage(x, 0.75, footprint)
    patterns = [rim, bar, arrow, text, square, triangle]
    symbol = np.select([kind == i + 1 for i in range(len(patterns))], patterns, 0)
    color = blend(s.color, s.accent, symbol)
    front = (s.face == BACK) | (s.face == FRONT)
    return Appearance(np.where(front, color, tone(0.5, 0.5, 0.52)), gloss=0.05, glow=color * 0.12)


def signal_lamps(s: Surface) -> Appearance:
    """The head of a traffic light; parameter 0 is the lit lamp: 0 red, 1 amber, 2 green."""
    height = s.half(1)
    lamp, y = cells((s.local[1] / height + 1) * np.float32(1.5))
    radius = np.hypot(s.local[0], y * height * np.float32(2 / 3))
    size = height * np.float32(0.25)
    glass = coverage(radius, size, s.footprint) * (s.face == BACK)
    colors = np.array([[1.0, 0.9, 0.12], [0.12, 0.55, 0.95], [0.08, 0.05, 0.55]], dtype=np.float32)
    light = colors.take(np.clip(lamp, 0, 2).astype(np.intp), axis=1)
    lit = glass * (lamp == np.round(s.param(0)))
    return Appearance(blend(s.color, light * np.float32(0.08), glass), glow=light * lit)
