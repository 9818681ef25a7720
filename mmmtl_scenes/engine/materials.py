"""Materials that streets and rooms share: functions from surface points to their looks.

Patterns live in the coordinates of the solid, and fade where they become finer than a pixel.
"""

from __future__ import annotations

import numpy as np

from mmmtl_scenes.engine.noise import noise
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
