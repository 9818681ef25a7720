"""The units in which a depth task can be stated, and what a stereo disparity is in each of them.

Resizing an image changes none of these values: disparities stay those of the camera's own pixels.
What a zoom does to them stands in :mod:`mmmtl.geometry`, by the kind of map.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mmmtl.geometry import MapKind


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


@dataclass(frozen=True)
class DepthUnit:
    """One way to state depth.

    Args:
        name: Value of ``depth_unit`` in data sets and metadata.
        label: Text for a colour bar or a table, with the unit.
        kind: What the values are, which tells what a zoom does to them.
        from_disparity: ``(disparity in pixels, camera) -> value``, for positive disparities.
        at_infinity: Whether a disparity of 0, infinitely far, has a value other than 0, which means
            invalid. Defaults to False.
    """

    name: str
    label: str
    kind: MapKind
    from_disparity: Callable[[np.ndarray, StereoCamera], np.ndarray]
    at_infinity: bool = False

    @property
    def zoom_exponent(self) -> int:
        """int: Negative if values grow with the distance, positive if they fall with it."""
        return self.kind.zoom_exponent


_UNITS = {
    unit.name: unit
    for unit in (
        # p / 65535 of the 16-bit disparity files, p = 256 disparity + 1: the figures of the
        # pre-processed CityScapes of the MTAN authors (github.com/lorenmt/mtan, issue 25).
        DepthUnit(
            'mtan',
            'inverse depth [p / 65535]',
            MapKind.INVERSE_DEPTH,
            lambda d, c: (256 * d + 1) / 65535,
            at_infinity=True,
        ),
        DepthUnit(
            'inverse_depth',
            'inverse depth [1/m]',
            MapKind.INVERSE_DEPTH,
            lambda d, c: d / c.metre_pixels,
        ),
        DepthUnit('disparity', 'disparity [px]', MapKind.DISPARITY, lambda d, c: d),
        DepthUnit('depth', 'depth [m]', MapKind.DEPTH, lambda d, c: c.metre_pixels / d),
    )
}


def get_depth_unit(name: str) -> DepthUnit:
    """Looks a unit up.

    Args:
        name: ``'mtan'``, ``'inverse_depth'``, ``'disparity'`` or ``'depth'``.

    Returns:
        The unit of that name.

    Raises:
        ValueError: If there is no such unit.
    """
    try:
        return _UNITS[name]
    except KeyError:
        raise ValueError(
            f'Unknown depth_unit {name!r}, expected one of {", ".join(map(repr, _UNITS))}.'
        ) from None
