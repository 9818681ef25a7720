"""Lawns and sidewalks."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.engine.materials import blend, visible
from mmmtl_scenes.engine.noise import cells, coverage, hash_cells, noise
from mmmtl_scenes.engine.solids import BOTTOM, TOP
from mmmtl_scenes.engine.surface import Appearance, Surface


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
