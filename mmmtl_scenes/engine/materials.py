"""Materials that streets and rooms share: functions from surface points to their looks.

Patterns live in the coordinates of the solid, and fade where they become finer than a pixel.
"""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.engine.noise import cells, coverage, hash_cells, noise
from mmmtl_scenes.engine.solids import BOTTOM, TOP
from mmmtl_scenes.engine.surface import Appearance, Surface


def blend(first: np.ndarray, second: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """Mixes colours (3, N) or (3, 1): ``share`` is that of the second, shape (N,)."""
    return first + (second - first) * share


def tone(red: float, green: float, blue: float) -> np.ndarray:
    """Gives a colour (as the eye sees it, 0 to 1) as a linear float32 array of shape (3, 1)."""
    return np.array([[red], [green], [blue]], dtype=np.float32) ** 2


def visible(footprint: np.ndarray, size: float) -> np.ndarray:
    """Says how much of a pattern survives in pixels of a footprint: 1 near, 0 far, shape (N,)."""
    return np.clip(np.float32(1.5) - footprint * np.float32(1 / size), 0, 1)


def plain(s: Surface) -> Appearance:
    """Paint of the solid's first colour, with a little dirt; parameter 0 is the gloss."""
    dirt = noise(s.local[0] + s.local[2], s.local[1] + s.local[2], 60)
    light = 1 + dirt * visible(s.footprint, 0.1) * np.float32(0.12)
    return Appearance(s.color * light, gloss=s.param(0))


def metal(s: Surface) -> Appearance:
    """Painted or galvanised metal."""
    streak = noise(s.local[1] * 2 + s.solid, s.local[0] * 9 + s.local[2] * 9, 40)
    return Appearance(s.color * (1 + streak * np.float32(0.15)), gloss=0.08)


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


def leaves(s: Surface) -> Appearance:
    """Foliage: the first colour in the light, darker inside and below.

    Parameter 0 is the share of clumps in the second colour (blossom, autumn).
    """
    # Seen along the axis in which the crown bulges most at this point.
    bulge = np.abs(s.local) / np.maximum(np.stack([s.half(i) for i in range(3)]), np.float32(0.1))
    sideways, from_above = bulge[0] > bulge[2], bulge[1] > np.maximum(bulge[0], bulge[2])
    u = np.where(sideways & ~from_above, s.local[2], s.local[0]) + s.solid
    v = np.where(from_above, s.local[2], s.local[1])
    clumps = noise(u, v, 55)
    fine = noise(u, v, 190) * visible(s.footprint, 0.06)
    light = 1 + clumps * np.float32(1.0) + fine * np.float32(0.75)
    light -= np.float32(0.22) * s.local[1] / np.maximum(s.half(1), np.float32(0.1))
    light = np.maximum(light, np.float32(0.14))
    dots = np.clip((noise(v, u, 120) + s.param(0) * 2 - 1) * 4, 0, 1)
    return Appearance(blend(s.color, s.accent, dots) * light, softness=0.9)


def grass(s: Surface) -> Appearance:
    """Lawn with dry spots."""
    x, z = s.world[0], s.world[2]
    light = 1 + noise(x, z, 14) * np.float32(0.3)
    light += noise(x, z, 110) * visible(s.stretched(), 0.25) * np.float32(0.5)
    dry = np.clip(noise(x, z, 5) * 2 - np.float32(0.2), 0, 0.8)
    return Appearance(blend(s.color, s.accent, dry) * light, softness=0.2)


def slabs(s: Surface) -> Appearance:
    """Paving slabs on top, kerb stones of the second colour at the sides and along the edge.

    Parameters: 0 the size of a slab in metres, 1 the width of the kerb.
    """
    size, kerb = s.param(0), s.param(1)
    x, z = s.local[0], s.local[2]
    stretched = s.stretched()
    column, in_column = cells(x / size)
    row, in_row = cells(z / size + np.float32(0.5) * (column % 2))
    slab = coverage(in_column, 0.47, np.minimum(s.footprint / size, 1)) * coverage(
        in_row, 0.47, np.minimum(stretched / size, 1)
    )
    vary = (hash_cells(column, row) - np.float32(0.5)) * visible(stretched, 0.6)
    light = np.float32(0.72) + np.float32(0.28) * slab + vary * np.float32(0.22)
    light += noise(s.world[0], s.world[2], 9) * np.float32(0.14)
    light += noise(s.world[0], s.world[2], 70) * np.float32(0.1) * visible(stretched, 0.3)
    edge = np.float32(1) - coverage(x, s.half(0) - kerb, s.footprint * 2)
    edge = np.where((s.face == TOP) | (s.face == BOTTOM), edge, 1)
    _, in_stone = cells(z)
    stone = coverage(in_stone, 0.485, np.minimum(stretched, 1)) * np.float32(0.3) + np.float32(0.7)
    return Appearance(blend(s.color * light, s.accent * stone, edge))


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
    front = (s.face == 5) | (s.face == 4)
    return Appearance(np.where(front, color, tone(0.5, 0.5, 0.52)), gloss=0.05, glow=color * 0.12)


def lamps(s: Surface) -> Appearance:
    """The head of a traffic light; parameter 0 is the lit lamp: 0 red, 1 amber, 2 green."""
    height = s.half(1)
    lamp, y = cells((s.local[1] / height + 1) * np.float32(1.5))
    radius = np.hypot(s.local[0], y * height * np.float32(2 / 3))
    size = height * np.float32(0.25)
    glass = coverage(radius, size, s.footprint) * (s.face == 5)
    colors = np.array([[1.0, 0.9, 0.12], [0.12, 0.55, 0.95], [0.08, 0.05, 0.55]], dtype=np.float32)
    light = colors.take(np.clip(lamp, 0, 2).astype(np.intp), axis=1)
    lit = glass * (lamp == np.round(s.param(0)))
    return Appearance(blend(s.color, light * np.float32(0.08), glass), glow=light * lit)


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
