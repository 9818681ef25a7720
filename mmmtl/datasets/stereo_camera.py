"""The camera of CityScapes, and what its disparities are in each unit of depth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class StereoCamera:
    """What turns a disparity into a depth: ``depth = baseline * focal / disparity``.

    Args:
        baseline: Distance of the two cameras in metres.
        focal: Focal length in pixels of the images on which the disparity was measured.
    """

    baseline: float = 0.209313
    focal: float = 2262.52

    @property
    def metre_pixels(self) -> float:
        """float: Product of depth in metres and disparity in pixels."""
        return self.baseline * self.focal


CITYSCAPES_CAMERA = StereoCamera()
"""The CityScapes rig, for images without a camera file of their own."""


FROM_DISPARITY: dict[str, Callable[[np.ndarray, StereoCamera], np.ndarray]] = {
    'mtan': lambda disparity, camera: (256 * disparity + 1) / 65535,
    'inverse_depth': lambda disparity, camera: disparity / camera.metre_pixels,
    'disparity': lambda disparity, camera: disparity,
    'depth': lambda disparity, camera: camera.metre_pixels / disparity,
}
"""From a positive disparity in pixels to a value, by the unit of depth
(:data:`mmmtl.tasks.DEPTH_UNITS`)."""

TO_DEPTH: dict[str, Callable[[np.ndarray, StereoCamera], np.ndarray]] = {
    'mtan': lambda value, camera: 256 * camera.metre_pixels / (65535 * value - 1),
    'inverse_depth': lambda value, camera: 1 / value,
    'disparity': lambda value, camera: camera.metre_pixels / value,
    'depth': lambda value, camera: value,
}
"""From a value to a depth in metres, the inverse of :data:`FROM_DISPARITY`. What is not finite or
not positive afterwards is no place: infinitely far, or behind the camera."""

NEEDS_BASELINE = ('mtan', 'disparity')
"""Units whose values are those of a stereo camera: metres need its baseline."""

KNOWS_INFINITY = ('mtan',)
"""Units in which a disparity of 0, infinitely far, has a value other than 0, which means
invalid."""
