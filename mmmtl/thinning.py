from __future__ import annotations

import numpy as np

_EAST_TO_SOUTH_EAST = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))
"""The eight neighbours as (row, column), against the clock; bit i of a code is neighbour i."""


def thin(mask: np.ndarray) -> np.ndarray:
    """Thins what is marked to lines of one pixel, without breaking them.

    Parallel thinning in two passes (Guo and Hall, Communications of the ACM 32(3), 1989): a pixel
    goes that is on a border, is no end of a line and holds nothing together; the first pass takes
    from one side, the second from the other, until nothing goes. Pixels outside of the map are not
    marked.

    Args:
        mask: Boolean, shape (H, W).

    Returns:
        The pixels that stay, boolean of the same shape.

    >>> thin(np.ones((3, 7), bool)).astype(int)
    array([[0, 0, 0, 0, 0, 0, 0],
           [0, 1, 1, 1, 1, 1, 0],
           [0, 0, 0, 0, 0, 0, 0]])
    """
    padded = np.zeros((mask.shape[0] + 2, mask.shape[1] + 2), bool)
    padded[1:-1, 1:-1] = mask
    flat = padded.reshape(-1)
    offsets = [row * padded.shape[1] + column for row, column in _EAST_TO_SOUTH_EAST]
    places = np.flatnonzero(flat)
    left = -1
    while left != len(places):
        left = len(places)
        for removed in _REMOVED:
            codes = np.zeros(len(places), np.uint8)
            for bit, offset in enumerate(offsets):
                codes |= flat[places + offset].astype(np.uint8) << np.uint8(bit)
            gone = removed[codes]
            flat[places[gone]] = False
            places = places[~gone]
    return padded[1:-1, 1:-1].copy()


def _removed(first_pass: bool) -> np.ndarray:
    """Tells of each code of neighbours whether the pixel in their middle goes."""
    removed = np.zeros(256, bool)
    for code in range(256):
        marked = [bool(code >> bit & 1) for bit in range(8)]
        east, north_east, north, north_west, west, south_west, south, south_east = marked
        corners = (
            (east, north_east, north),
            (north, north_west, west),
            (west, south_west, south),
            (south, south_east, east),
        )
        crossings = sum(not side and (corner or end) for side, corner, end in corners)
        starts = sum(side or corner for side, corner, _ in corners)
        ends = sum(corner or end for _, corner, end in corners)
        if first_pass:
            is_held = (north_east or north or not south_east) and east
        else:
            is_held = (south_west or south or not north_west) and west
        removed[code] = crossings == 1 and 2 <= min(starts, ends) <= 3 and not is_held
    return removed


_REMOVED = (_removed(first_pass=True), _removed(first_pass=False))
