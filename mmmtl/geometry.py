"""What a geometric transform of the image means for the values of each kind of map.

Camera axes throughout the project: x to the right, y down, z forward (into the scene).
"""

from __future__ import annotations

MIRROR_SIGNS: dict[str, tuple[int, int, int]] = {
    'horizontal': (-1, 1, 1),
    'vertical': (1, -1, 1),
    'diagonal': (-1, -1, 1),
}
"""Sign of each component (x, y, z) of a direction after a flip of the image, by mmcv's name of the
flip. A mirrored scene has mirrored normals: moving their pixels alone is not enough."""

IMAGE_AXES: dict[str, tuple[int, ...]] = {
    'horizontal': (-1,),
    'vertical': (-2,),
    'diagonal': (-2, -1),
}
"""Axes of a (..., H, W) array that a flip reverses, by mmcv's name of the flip."""
