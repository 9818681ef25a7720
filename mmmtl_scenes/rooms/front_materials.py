"""Materials with a face of their own: fronts of cupboards, books, pictures, screens and lamps.

What they show is on the back of their solid (the face in direction -z of its frame), which is the
side that furniture turns to the room.
"""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.engine.materials import blend, tone, visible
from mmmtl_scenes.engine.noise import cells, coverage, hash_cells, noise
from mmmtl_scenes.engine.solids import BACK, BOTTOM, TOP
from mmmtl_scenes.engine.surface import Appearance, Surface
from mmmtl_scenes.rooms.materials import unrolled


def cupboard(s: Surface) -> Appearance:
    """Fronts of doors or drawers in the first colour, with handles of the second.

    Parameters: 0 columns and 1 rows of fronts, 2 how grained the wood is, 3 the handles: 0 knobs,
    1 bars, 2 upright bars; 4 the gloss; 5 is 1 for fronts with a sunk panel.
    """
    u, v = unrolled(s)
    grain = noise(u * np.float32(0.5) + s.solid, v * 7, 60) * np.float32(0.25)
    grain += noise(u * np.float32(0.3), v * 3 + s.solid, 40) * np.float32(0.12)
    color = s.color * (1 + grain * s.param(2))
    wide, high = 2 * s.half(0) / s.param(0), 2 * s.half(1) / s.param(1)
    column, x = cells((u + s.half(0)) / wide)
    _, y = cells((v + s.half(1)) / high)
    x, y = x * wide, y * high
    edge = np.minimum(wide / 2 - np.abs(x), high / 2 - np.abs(y))
    gap = coverage(edge, 0.006, s.footprint)
    panel = (coverage(edge - np.float32(0.07), 0.006, s.footprint)) * s.param(5) * np.float32(0.5)
    kind = np.round(s.param(3))
    # Doors open beside each other: their handles meet in pairs.
    side = np.where(column % 2 == 0, 1, -1) * (wide / 2 - np.float32(0.05))
    knob = coverage(np.hypot(x, y), 0.018, s.footprint)
    bar = coverage(x, 0.07, s.footprint) * coverage(y, 0.009, s.footprint)
    upright = coverage(x - side, 0.009, s.footprint) * coverage(y, 0.08, s.footprint)
    handle = np.select([kind == 1, kind == 2], [bar, upright], knob)
    looks = color * (1 - np.maximum(gap * np.float32(0.75), panel))
    looks = blend(looks, s.accent, handle)
    return Appearance(np.where(s.face == BACK, looks, color), gloss=s.param(4))


def spines(s: Surface) -> Appearance:
    """A row of books; parameters: 0 their mean thickness, 1 a seed, 2 the share of colour."""
    u, v = unrolled(s)
    pitch = s.param(0)
    # Every second joint is moved, so that the books differ in thickness.
    index, x = cells(u / pitch)
    luck = hash_cells(index // 2, s.param(1) * 100)
    split = (luck - np.float32(0.5)) * np.float32(0.6)
    pair = u / pitch - 2 * np.floor(index / 2) - 1
    first = pair < split
    index = 2 * np.floor(index / 2) + np.where(first, 0, 1)
    x = np.where(first, pair + 1, 1 - pair)
    seed = s.param(1) * 100
    hue = hash_cells(index, seed + 3) * np.float32(6.2832)
    level = np.float32(0.12) + np.float32(0.6) * hash_cells(index, seed + 7)
    shades = np.array([0, 2.1, 4.2], dtype=np.float32)[:, None]
    vivid = np.float32(0.35) * s.param(2) * hash_cells(index, seed + 5)
    color = np.clip(level + vivid * np.cos(hue + shades), 0.02, 0.95) ** 2
    joint = coverage(np.minimum(x, pair - split), 0.04, np.minimum(s.stretched() / pitch, 1))
    label = coverage(v + s.half(1) * (hash_cells(index, seed) - np.float32(0.5)), 0.02, s.footprint)
    label *= np.float32(0.7) * (hash_cells(index, seed + 11) > np.float32(0.5))
    color = blend(color, 1 - color, label * visible(s.footprint, 0.03) * (s.face == BACK))
    looks = color * (1 - joint * np.float32(0.6))
    paper = tone(0.8, 0.77, 0.7) * (1 - np.float32(0.5) * joint)
    return Appearance(np.where((s.face == TOP) | (s.face == BOTTOM), paper, looks), gloss=0.03)


def closed_book(s: Surface) -> Appearance:
    """A book that lies: covers of the first colour above and below, pages at its sides."""
    level = (s.face == TOP) | (s.face == BOTTOM)
    u, v = unrolled(s)
    title = coverage(u, s.half(0) * np.float32(0.6), s.footprint)
    title *= coverage(v + s.half(2) * np.float32(0.35), s.half(2) * np.float32(0.12), s.footprint)
    cover = blend(s.color, s.accent, title * level)
    lines = 1 + noise(u, v * 9, 200) * np.float32(0.15)
    return Appearance(np.where(level, cover, tone(0.83, 0.8, 0.74) * lines), gloss=0.04)


def picture(s: Surface) -> Appearance:
    """A framed picture: frame of the first colour, mount of the second.

    Parameters: 0 the subject: 0 landscape, 1 fields of colour, 2 a head, 3 a drawing, 4 flowers;
    1 a seed, 2 the width of the frame in metres, 3 that of the mount.
    """
    half_x, half_y = s.half(0), s.half(1)
    edge = np.minimum(half_x - np.abs(s.local[0]), half_y - np.abs(s.local[1]))
    inner = s.param(2) + s.param(3)
    x = s.local[0] / np.maximum(half_x - inner, np.float32(0.02))
    y = s.local[1] / np.maximum(half_y - inner, np.float32(0.02))
    image = _painting(x, y, np.round(s.param(0)), s.param(1))
    front = s.face == BACK
    mount = np.clip((edge - s.param(2)) / s.footprint, 0, 1) * front
    shown = np.clip((edge - inner) / s.footprint, 0, 1) * front
    color = blend(blend(s.color, s.accent, mount), image, shown)
    return Appearance(color, gloss=0.04 + 0.08 * mount)


def _painting(x: np.ndarray, y: np.ndarray, kind: np.ndarray, seed: np.ndarray) -> np.ndarray:
    """Paints on a square from -1 to 1, shape (3, N)."""
    shades = np.array([0, 2.1, 4.2], dtype=np.float32)[:, None]
    base = np.float32(0.45) + np.float32(0.3) * np.cos(seed * 6 + shades)
    other = np.float32(0.45) + np.float32(0.4) * np.cos(seed * 17 + shades + 2)
    ridge = noise(x * np.float32(0.5) + seed, seed * 3, 60) * np.float32(0.5)
    hills = np.clip((y - ridge + np.float32(0.1)) * 8, 0, 1)
    near = np.clip((y - noise(x + seed * 5, seed, 40) * np.float32(0.4) - 0.35) * 10, 0, 1)
    sky = blend(tone(0.55, 0.7, 0.9) + base * 0.15, tone(0.95, 0.85, 0.7), np.clip(y + 1, 0, 1))
    speckle = 1 + noise(x + seed, y, 120) * np.float32(0.35)
    landscape = blend(sky, base * np.float32(0.45) * speckle, hills)
    landscape = blend(landscape, tone(0.3, 0.38, 0.2) * speckle, near)
    band = np.floor((x * np.cos(seed * 9) + y * np.sin(seed * 9) + 2) * np.float32(1.7))
    field = hash_cells(band, np.floor((y - x * np.sin(seed)) * 2 + 9), seed * 50)
    fields = np.clip(base + (field - np.float32(0.5)) * (other * 2), 0.02, 0.95) ** 2
    shoulders = np.clip((np.float32(0.8) - np.hypot(x, y - np.float32(1.1))) * 9, 0, 1)
    hair = np.clip((np.float32(0.46) - np.hypot(x * np.float32(1.15), y + 0.25)) * 9, 0, 1)
    face = np.clip((np.float32(0.36) - np.hypot(x * np.float32(1.3), y + 0.1)) * 9, 0, 1)
    portrait = blend(base**2 * np.float32(0.6) * (1 + ridge), other**2 * np.float32(0.5), shoulders)
    portrait = blend(portrait, tone(0.25, 0.18, 0.12) * (1 + seed), hair)
    portrait = blend(portrait, tone(0.8, 0.62, 0.52) * (1 - x * np.float32(0.5)), face)
    strokes = np.clip(np.abs(noise(x + seed, y + seed * 2, 70)) * 7, 0, 1)
    drawing = tone(0.92, 0.9, 0.84) * (np.float32(0.25) + np.float32(0.75) * strokes)
    column, in_x = cells(x * np.float32(3.5))
    row, in_y = cells(y * np.float32(3.5) + np.float32(0.5) * (column % 2))
    luck = hash_cells(column, row, seed * 40)
    shift = (luck - np.float32(0.5)) * np.float32(0.5)
    radius = np.hypot(in_x - shift, in_y + shift)
    petals = np.float32(0.1) + np.float32(0.2) * luck
    petals *= 1 + np.float32(0.3) * np.cos(6 * np.arctan2(in_y + shift, in_x - shift))
    bloom = np.clip((petals - radius) * 9, 0, 1) * (np.hypot(x, y) < np.float32(0.95))
    hue = seed * 9 + luck * np.float32(1.5)
    blossoms = (np.float32(0.62) + np.float32(0.25) * np.cos(hue + shades)) ** 2
    flowers = blend(tone(0.3, 0.36, 0.25) * speckle, blossoms * speckle, bloom)
    choices = [kind == 0, kind == 1, kind == 2, kind == 3]
    return np.select(choices, [landscape, fields, portrait, drawing], flowers)


def screen(s: Surface) -> Appearance:
    """A screen in a rim of the first colour; parameters: 0 is 1 if it is on, 1 a seed."""
    edge = np.minimum(s.half(0) - np.abs(s.local[0]), s.half(1) - np.abs(s.local[1]))
    glass = np.clip((edge - np.float32(0.022)) / s.footprint, 0, 1) * (s.face == BACK)
    kind = np.where(s.param(1) < np.float32(0.15), 1, 0)
    image = _painting(s.local[0] / s.half(0), s.local[1] / s.half(1), kind, s.param(1))
    on = glass * (s.param(0) > np.float32(0.5))
    color = blend(s.color, tone(0.07, 0.075, 0.085), glass)
    return Appearance(color, gloss=0.1 + glass * 0.35, glow=image * on * np.float32(0.8))


def whiteboard(s: Surface) -> Appearance:
    """A board in an aluminium frame with writing; parameter 0 is a seed."""
    x, y = s.local[0], s.local[1]
    edge = np.minimum(s.half(0) - np.abs(x), s.half(1) - np.abs(y))
    board = np.clip((edge - np.float32(0.025)) / s.footprint, 0, 1)
    line, in_line = cells(y / np.float32(0.09))
    scrawl = np.abs(in_line - noise(x * 2 + s.param(0), line, 90) * np.float32(0.5))
    written = hash_cells(line, np.floor(x / np.float32(0.35)), s.param(0) * 60) > np.float32(0.55)
    ink = np.clip(1 - scrawl * 12, 0, 1) * written * visible(s.footprint, 0.03)
    hue = hash_cells(line // 3, np.floor(s.param(0) * 9)) * np.float32(6.2832)
    pen = (np.float32(0.3) + np.float32(0.25) * np.cos(hue + np.array([[0], [2.1], [4.2]]))) ** 2
    face = blend(tone(0.93, 0.94, 0.94), pen.astype(np.float32), ink)
    return Appearance(blend(tone(0.6, 0.6, 0.62), face, board * (s.face == BACK)), gloss=0.12)


def clock_face(s: Surface) -> Appearance:
    """A clock: rim of the first colour, hands; parameter 0 is the time as a share of a day."""
    radius = np.hypot(s.local[0], s.local[1]) / s.half(0)
    angle = np.arctan2(s.local[0], -s.local[1])
    _, hour = cells(angle / np.float32(np.pi / 6) + np.float32(0.5))
    mark = (np.abs(hour) < np.float32(0.12)) & (radius > np.float32(0.7)) & (radius < 0.82)
    turn = s.param(0) * np.float32(4 * np.pi)
    for speed, length in ((1, 0.45), (12, 0.68)):
        away = np.abs((angle - turn * speed + np.float32(np.pi)) % np.float32(2 * np.pi) - np.pi)
        mark |= (away * radius < np.float32(0.05)) & (radius < length)
    face = blend(tone(0.92, 0.91, 0.87), tone(0.1, 0.1, 0.1), mark.astype(np.float32))
    shown = np.clip((np.float32(0.86) - radius) * 30, 0, 1) * (s.face == BACK)
    return Appearance(blend(s.color, face, shown), gloss=0.08)


def mirror_glass(s: Surface) -> Appearance:
    """A mirror in a frame of the first colour: a blurred picture of a wall of the second.

    Parameter 0 chooses where the picture has a window.
    """
    x, y = s.local[0], s.local[1]
    edge = np.minimum(s.half(0) - np.abs(x), s.half(1) - np.abs(y))
    glass = np.clip((edge - np.float32(0.04)) / s.footprint, 0, 1) * (s.face == BACK)
    # The picture moves with the direction of view, and with the place on the glass.
    aside = s.ray[0] * s.solids.handedness + x * np.float32(0.6) + s.param(0) * 3
    below = s.ray[1] + y * np.float32(0.6)
    image = s.accent * (np.float32(0.7) + noise(aside, below, 30) * np.float32(0.2))
    floor = np.clip((below - np.float32(0.15)) * 6, 0, 1) * np.float32(0.8)
    image = blend(image, tone(0.42, 0.34, 0.27), floor)
    _, in_pane = cells(aside * np.float32(0.9))
    pane = np.clip((np.float32(0.2) - np.abs(in_pane)) * 12, 0, 1)
    pane *= np.clip((np.float32(0.2) - np.abs(below + np.float32(0.12))) * 14, 0, 1)
    image = blend(image, tone(0.85, 0.9, 0.95), pane)
    return Appearance(blend(s.color, image, glass), gloss=0.08 + glass * 0.3)


def shade(s: Surface) -> Appearance:
    """A lamp shade of the first colour; parameter 0 is how brightly it glows."""
    near = 1 - np.abs(s.local[1]) / np.maximum(s.half(1), np.float32(0.01)) * np.float32(0.35)
    weave = 1 + noise(s.local[0] * 4, s.local[1] * 4, 60) * np.float32(0.06)
    return Appearance(s.color * weave, glow=s.color * (s.param(0) * near), softness=0.5)


def keys(s: Surface) -> Appearance:
    """A keyboard: keys of the second colour."""
    column, x = cells(s.local[0] / np.float32(0.019))
    row, y = cells(s.local[2] / np.float32(0.019) + np.float32(0.25) * (column % 2))
    key = coverage(x, 0.4, np.minimum(s.footprint / np.float32(0.019), 1))
    key *= coverage(y, 0.4, np.minimum(s.stretched() / np.float32(0.019), 1))
    vary = 1 + (hash_cells(column, row) - np.float32(0.5)) * np.float32(0.1)
    return Appearance(blend(s.color, s.accent * vary, key * (s.face == TOP)))
