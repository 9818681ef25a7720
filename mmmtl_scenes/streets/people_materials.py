"""Clothes and heads."""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.engine.materials import blend
from mmmtl_scenes.engine.noise import cells, coverage, noise
from mmmtl_scenes.engine.surface import Appearance, Surface


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
