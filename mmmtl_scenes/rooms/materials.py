"""What rooms and their furniture are made of: paint, boards, tiles, carpet, wood and cloth."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.engine.materials import blend, visible
from mmmtl_scenes.engine.noise import cells, coverage, hash_cells, noise
from mmmtl_scenes.engine.solids import BOTTOM, TOP
from mmmtl_scenes.engine.surface import Appearance, Surface


def unrolled(s: Surface) -> tuple[np.ndarray, np.ndarray]:
    """Gives two coordinates in metres on the faces of a box, shape (N,) each.

    The first is horizontal; the second points down, or on level faces forward.
    """
    level = (s.face == TOP) | (s.face == BOTTOM)
    return np.where(s.on_side, s.local[2], s.local[0]), np.where(level, s.local[2], s.local[1])


def wall_paint(s: Surface) -> Appearance:
    """A wall of the first colour, with paper or a dado of the second.

    Parameters: 0 what it is: 0 paint, 1 striped paper, 2 paper with figures, 3 a dado up to one
    metre, 4 panels of wood; 1 the width of the pattern in metres; 2 where on the wall this piece
    of it is.
    """
    across = s.across()[0] + s.param(2)
    up = -s.world[1]
    kind, width = np.round(s.param(0)), np.maximum(s.param(1), np.float32(0.02))
    pixel = np.minimum(s.stretched() / width, 1)
    column, in_column = cells(across / width)
    stripe = coverage(in_column, 0.25, pixel)
    _row, in_row = cells(up / width + np.float32(0.5) * (column % 2))
    petals = np.float32(0.3) * (1 + np.float32(0.4) * np.cos(5 * np.arctan2(in_row, in_column)))
    figure = np.clip((petals - np.hypot(in_column, in_row)) * 9, 0, 1) * visible(
        s.stretched(), 0.06
    )
    dado = np.clip((1 - up) / np.maximum(s.footprint, np.float32(0.004)), 0, 1)
    grain = noise(across * 6 + column * 3, up * np.float32(0.4), 60) * np.float32(0.25)
    groove = coverage(np.float32(0.5) - np.abs(in_column), 0.02, pixel)
    board = np.clip(np.float32(0.6) + grain, 0, 1) * (1 - groove)
    share = np.select(
        [kind == 1, kind == 2, kind == 3, kind == 4], [stripe * 0.6, figure * 0.7, dado, board], 0
    )
    light = 1 + noise(across, up, 12) * np.float32(0.05)
    light += noise(across, up, 230) * np.float32(0.04) * visible(s.footprint, 0.01)
    return Appearance(blend(s.color, s.accent, share) * light, gloss=0.02)


def boards(s: Surface) -> Appearance:
    """Floor boards of the first colour with darker and lighter ones, of the second colour.

    Parameters: 0 width and 1 length of a board in metres; 2 the gloss; 3 is 1 for herringbone.
    """
    x, z = s.local[0], s.local[2]
    width, length = s.param(0), s.param(1)
    turned = (s.param(3) > np.float32(0.5)) & (np.floor(x / length) % 2 == 1)
    bend = np.where(s.param(3) > np.float32(0.5), np.abs(x % (2 * length) - length), 0)
    along = np.where(turned, -z, z) + bend
    column, in_column = cells(x / width)
    row, in_row = cells(along / length + hash_cells(column) * 7)
    pixel = np.minimum(s.stretched() / width, 1)
    gap = 1 - coverage(in_column, 0.485, pixel) * coverage(
        in_row, 0.497, np.minimum(s.stretched() / length, 1)
    )
    luck = hash_cells(column, row)
    grain = noise(x * 5 + luck * 40, z * np.float32(0.5) + luck * 9, 90)
    grain *= visible(s.stretched(), 0.05) * np.float32(0.22)
    grain += noise(x * 2 + luck * 11, z * np.float32(0.25), 60) * np.float32(0.16)
    color = blend(s.color, s.accent, np.clip(luck * np.float32(0.7), 0, 1))
    return Appearance(color * (1 + grain) * (1 - gap * np.float32(0.55)), gloss=s.param(2))


def tiles(s: Surface) -> Appearance:
    """Tiles of the first colour with joints of the second; every second one may be darker.

    Parameters: 0 the size of a tile in metres, 1 how much darker, 2 the gloss.
    """
    u, v = unrolled(s)
    size = s.param(0)
    column, x = cells(u / size)
    row, y = cells(v / size)
    pixel = np.minimum(s.stretched() / size, 1)
    tile = coverage(x, 0.487, pixel) * coverage(y, 0.487, pixel)
    light = 1 - s.param(1) * ((column + row) % 2)
    light += (hash_cells(column, row) - np.float32(0.5)) * np.float32(0.08)
    light += noise(u + column * 3, v + row * 5, 40) * np.float32(0.07)
    return Appearance(blend(s.accent, s.color * light, tile), gloss=s.param(2) * tile)


def carpet(s: Surface) -> Appearance:
    """A carpet of the first colour, with a pattern of the second.

    Parameters: 0 the pattern: 0 none, 1 a border, 2 stripes, 3 diamonds, 4 an oriental one; 1 the
    size of the pattern in metres.
    """
    x, z = s.local[0], s.local[2]
    kind, size = np.round(s.param(0)), np.maximum(s.param(1), np.float32(0.05))
    edge = np.minimum(s.half(0) - np.abs(x), s.half(2) - np.abs(z))
    border = coverage(edge - size, 0.2 * size, s.footprint)
    column, in_x = cells(x / size)
    row, in_z = cells(z / size)
    pixel = np.minimum(s.stretched() / size, 1)
    stripe = coverage(in_z, 0.25, pixel)
    diamond = np.clip((np.float32(0.3) - np.abs(np.abs(in_x) + np.abs(in_z) - 0.3)) * 6 - 1, 0, 1)
    ornament = np.abs(np.sin(x * 14) + np.sin(z * 14) + np.sin(x * 9) * np.sin(z * 9))
    ornament = np.maximum(np.clip(ornament - np.float32(0.7), 0, 1), border)
    share = np.select(
        [kind == 1, kind == 2, kind == 3, kind == 4], [border, stripe, diamond, ornament], 0
    )
    pile = noise(x, z, 210) * visible(s.stretched(), 0.03) * np.float32(0.3)
    pile += noise(x, z, 16) * np.float32(0.05) + noise(column, row, 90) * np.float32(0.03)
    return Appearance(blend(s.color, s.accent, share) * (1 + pile), softness=0.1)


def wood(s: Surface) -> Appearance:
    """Wood of the first colour, its grain along the longest side; parameter 0 is the gloss."""
    half = np.stack([s.half(i) for i in range(3)])
    longest = half.argmax(axis=0)
    along = np.where(longest == 0, s.local[0], np.where(longest == 1, s.local[1], s.local[2]))
    across = np.where(longest == 0, s.local[2] - s.local[1], s.local[0] + s.local[1])
    across = np.where(longest == 1, s.local[0] + s.local[2], across) + s.solid * np.float32(0.37)
    grain = noise(along * np.float32(0.6), across * 8, 60) * np.float32(0.2)
    grain += noise(along * np.float32(0.2), across * 2, 40) * np.float32(0.16)
    fine = noise(along * 2, across * 30, 60) * visible(s.footprint, 0.012) * np.float32(0.12)
    return Appearance(s.color * (1 + grain + fine), gloss=s.param(0))


def fabric(s: Surface) -> Appearance:
    """Cloth of the first colour with folds, and a pattern of the second.

    Parameters: 0 the pattern: 0 none, 1 stripes, 2 checks, 3 flowers, 4 waves; 1 its size in
    metres; 2 how creased it is.
    """
    u, v = unrolled(s)
    u, v = u + s.solid * np.float32(0.71), v + s.solid * np.float32(0.29)
    kind, size = np.round(s.param(0)), np.maximum(s.param(1), np.float32(0.02))
    pixel = np.minimum(s.footprint / size, 1)
    column, x = cells(u / size)
    row, y = cells(v / size)
    stripe = coverage(x, 0.22, pixel)
    check = (stripe + coverage(y, 0.22, pixel)) * np.float32(0.5)
    shift = (hash_cells(column, row) - np.float32(0.5)) * np.float32(0.3)
    angle = np.arctan2(y + shift, x - shift)
    radius = np.hypot(x - shift, y + shift)
    petals = np.float32(0.22) + np.float32(0.08) * np.cos(5 * angle + shift * 20)
    flower = np.clip((petals - radius) * 12, 0, 1) * visible(s.footprint, 0.05)
    wave = coverage(cells(v / size + np.sin(u / size * 3) * np.float32(0.3))[1], 0.2, pixel)
    share = np.select(
        [kind == 1, kind == 2, kind == 3, kind == 4], [stripe, check, flower, wave], 0
    )
    folds = noise(u * 2, v, 50) * s.param(2) + noise(u, v * 3, 22) * s.param(2) * np.float32(0.6)
    weave = noise(u, v, 260) * visible(s.footprint, 0.01) * np.float32(0.16)
    light = 1 + folds * np.float32(0.35) + weave
    return Appearance(blend(s.color, s.accent, share) * light, softness=0.25)


def leather(s: Surface) -> Appearance:
    """Leather of the first colour with creases."""
    u, v = unrolled(s)
    crease = np.abs(noise(u + s.solid, v, 60)) * np.float32(0.35)
    return Appearance(s.color * (np.float32(1.1) - crease), gloss=0.12, softness=0.1)


def wicker(s: Surface) -> Appearance:
    """Basketwork of the first colour."""
    u = np.arctan2(s.local[0], s.local[2]) * s.half(0)
    column, x = cells(u / np.float32(0.03))
    row, y = cells(s.local[1] / np.float32(0.02) + np.float32(0.5) * (column % 2))
    knot = np.clip(1 - np.hypot(x, y) * np.float32(1.6), 0, 1) * visible(s.footprint, 0.012)
    vary = (hash_cells(column, row) - np.float32(0.5)) * np.float32(0.25)
    return Appearance(s.color * (np.float32(0.75) + knot * np.float32(0.5) + vary))


def stone(s: Surface) -> Appearance:
    """A polished slab of the first colour with veins and grains of the second."""
    u, v = unrolled(s)
    veins = np.clip(1 - np.abs(noise(u, v, 30)) * 6, 0, 1) * np.float32(0.3)
    grains = np.clip(noise(u, v, 330) * 2, 0, 1) * visible(s.footprint, 0.012)
    return Appearance(blend(s.color, s.accent, np.maximum(veins, grains * 0.5)), gloss=0.2)
