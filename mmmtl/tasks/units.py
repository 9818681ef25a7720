"""The units of numbers that depend on where the camera stands."""

from __future__ import annotations

from math import inf
from typing import NamedTuple


class Unit(NamedTuple):
    """How a number per pixel is stated."""

    label: str
    """Text for a colour bar or a table, with the unit."""
    zoom_exponent: int
    """A zoom by ``s`` multiplies a value by ``s ** zoom_exponent`` (see :mod:`mmmtl.geometry`):
    negative if values grow with the distance from the camera, positive if they fall with it."""
    usual_mean: tuple[float, float] = (-inf, inf)
    """Between which numbers the mean depth of a data set is."""


DEPTH_UNITS = {
    # p / 65535 of the 16-bit disparity files, p = 256 disparity + 1: the figures of the
    # pre-processed CityScapes of the MTAN authors (github.com/lorenmt/mtan, issue 25).
    'mtan': Unit('inverse depth [p / 65535]', 1),
    'inverse_depth': Unit('inverse depth [1/m]', 1),
    'disparity': Unit('disparity [px]', 1),
    'depth': Unit('depth [m]', -1, (0.05, 200.0)),
}
"""The units in which a depth can be stated, by name. Resizing an image changes none of these
values: disparities stay those of the camera's own pixels."""


def get_depth_unit(name: str) -> Unit:
    """Looks a unit of depth up.

    Args:
        name: ``'mtan'``, ``'inverse_depth'``, ``'disparity'`` or ``'depth'``.

    Returns:
        The unit of that name.

    Raises:
        ValueError: If there is no such unit.
    """
    if not isinstance(name, str) or name not in DEPTH_UNITS:
        raise ValueError(
            f'Unknown depth_unit {name!r}, expected one of {", ".join(map(repr, DEPTH_UNITS))}.'
        )
    return DEPTH_UNITS[name]
