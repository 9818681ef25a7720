from __future__ import annotations

from functools import lru_cache

import numpy as np

from mmmtl.tasks.color_vision import color_distances

_OKABE_ITO = (
    (230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0),
    (204, 121, 167),
)  # fmt: skip
_TAKEN = ((0, 0, 0), (70, 70, 70), (150, 150, 150), (255, 255, 255))
"""What pictures show where there is no value, and paper."""
_LEVELS = np.linspace(0, 255, 12).round()


def distinct_palette(num_colors: int) -> list[tuple[int, int, int]]:
    """Gives colours for classes that have none of their own.

    The first seven are those of Okabe and Ito, `Color Universal Design
    <https://jfly.uni-koeln.de/color/>`_, without their black: colour-blind people tell them apart
    too. Each further one is the colour that is farthest from those before it, from black, white and
    the greys of pixels without a label, to whoever tells it worst
    (:func:`~mmmtl.tasks.color_vision.color_distances`).

    Args:
        num_colors: Number of colours.

    Returns:
        RGB of each class, 0 to 255; the first ones do not change with the number.

    Example:
        >>> distinct_palette(2)
        [(230, 159, 0), (86, 180, 233)]
    """
    return list(_first(max(num_colors, len(_OKABE_ITO)))[:num_colors])


@lru_cache
def _first(count: int) -> tuple[tuple[int, int, int], ...]:
    candidates = np.stack(np.meshgrid(_LEVELS, _LEVELS, _LEVELS), axis=-1).reshape(-1, 3)
    chosen = list(_OKABE_ITO)
    nearest = color_distances(candidates, np.array([*_TAKEN, *chosen])).min(axis=1)
    while len(chosen) < count:
        farthest = candidates[nearest.argmax()]
        red, green, blue = (int(value) for value in farthest)
        chosen.append((red, green, blue))
        nearest = np.minimum(nearest, color_distances(candidates, farthest[None])[:, 0])
    return tuple(chosen)
