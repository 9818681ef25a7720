"""How many pixels a picture may have: one limit for every place that reads one."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

PIXEL_LIMIT_VARIABLE = 'MMMTL_MAX_PIXELS'
"""Environment variable that states another limit. Processes that are started inherit it."""

DEFAULT_PIXEL_LIMIT = 178_956_970
"""Pixels of a picture unless the variable states others, as in Pillow: with 8-bit colours they take
half a GiB. A small file may claim to hold many more."""

_LOCK = threading.Lock()


def pixel_limit() -> int:
    """Gives the largest number of pixels that a picture may have.

    Returns:
        What the environment variable ``MMMTL_MAX_PIXELS`` says, else
        :data:`DEFAULT_PIXEL_LIMIT`.

    Raises:
        ValueError: If the variable is no positive whole number.
    """
    stated = os.environ.get(PIXEL_LIMIT_VARIABLE)
    if not stated:
        return DEFAULT_PIXEL_LIMIT
    if not (stated.isdecimal() and int(stated) > 0):
        raise ValueError(
            f'{PIXEL_LIMIT_VARIABLE}: expected a positive whole number of pixels, found {stated!r}.'
        )
    return int(stated)


def set_pixel_limit(pixels: int) -> None:
    """States the limit for this process and those that it starts.

    Args:
        pixels: Largest number of pixels that a picture may have.

    Raises:
        ValueError: If it is not positive.
    """
    if pixels < 1:
        raise ValueError(f'max_pixels: expected at least 1, found {pixels}.')
    os.environ[PIXEL_LIMIT_VARIABLE] = str(pixels)


def check_pixels(size: tuple[int, int], name: str) -> None:
    """Refuses a picture of too many pixels, before they are decoded.

    Args:
        size: Width and height.
        name: What the error calls the picture, such as its path.

    Raises:
        ValueError: If there are more pixels than :func:`pixel_limit`, or the limit is not a number.
    """
    width, height = size
    try:
        limit = pixel_limit()
    except ValueError as error:
        raise ValueError(f'{name}: {error}') from error
    if width * height > limit:
        raise ValueError(
            f'{name}: {width} x {height} pixels are more than the limit of {limit}, which the '
            f'environment variable {PIXEL_LIMIT_VARIABLE} raises.'
        )


@contextmanager
def without_pillows_limit() -> Iterator[None]:
    """Opens a picture with Pillow for :func:`check_pixels` to judge, not Pillow's own limit."""
    with _LOCK:
        limit = Image.MAX_IMAGE_PIXELS
        Image.MAX_IMAGE_PIXELS = None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = limit
