from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.io import read_map
from mmmtl.tasks import IGNORED

Color = tuple[int, int, int]
_CHANNELS = 3
_LARGEST = 255
_LISTED = 5


@TASK_UTILS.register_module()
class ColorReader:
    """Reads masks in which each class has a colour.

    Args:
        colors: Colour of each class, red, green and blue from 0 to 255, in the order of the
            classes.
        ignored: Colours of pixels without a label. Defaults to none. Every other colour in a file
            is an error.

    Raises:
        ValueError: If there is no colour or more than 255, one is not a colour, or one is
            there twice.
    """

    def __init__(self, colors: Sequence[Color], ignored: Sequence[Color] = ()) -> None:
        self.colors = _check_colors('colors', colors)
        self.ignored = _check_colors('ignored', ignored)
        if not 0 < len(self.colors) <= IGNORED:
            raise ValueError(f'colors: expected 1 to {IGNORED} colours, found {len(self.colors)}.')
        known = [*self.colors, *self.ignored]
        for color in known:
            if known.count(color) > 1:
                raise ValueError(f'colors, ignored: expected each once, found {color} twice.')
        classes = [*range(len(self.colors)), *[IGNORED] * len(self.ignored)]
        codes = _code(np.array(known))
        order = np.argsort(codes)
        self._codes, self._classes = codes[order], np.array(classes, np.uint8)[order]

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: Colour picture with 8 bits a channel, or an array of RGB, shape (H, W, 3).
            info: Data info of the sample, of which ``backend_args`` is read.

        Returns:
            The classes, uint8 of shape (H, W); 255 where the colour is one of ``ignored``.

        Raises:
            ValueError: If the file is no such picture, or has another colour.
        """
        stored = read_map(path, info.get('backend_args'))
        if stored.ndim != _CHANNELS or stored.shape[2] != _CHANNELS or stored.dtype != np.uint8:
            raise ValueError(
                f'{path}: expected colours of shape (H, W, 3), uint8, found shape {stored.shape}, '
                f'{stored.dtype}; IdMapReader reads ids and pictures with a palette.'
            )
        codes = _code(stored)
        places = np.searchsorted(self._codes, codes).clip(max=len(self._codes) - 1)
        unknown = self._codes[places] != codes
        if unknown.any():
            colors = np.unique(stored[unknown], axis=0)
            listed = ', '.join(str(tuple(color.tolist())) for color in colors[:_LISTED])
            raise ValueError(
                f'{path}: {len(colors)} colour(s) are neither in colors nor in ignored: {listed}'
                f'{" and more" * (len(colors) > _LISTED)}. JPEG files and masks that were resized '
                'smoothly have mixed colours.'
            )
        return self._classes[places]


def _code(colors: np.ndarray) -> np.ndarray:
    """Gives each colour of shape (..., 3) a number of its own."""
    return colors.astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], np.int32)


def _check_colors(name: str, colors: Sequence[Color]) -> tuple[Color, ...]:
    for color in colors:
        if (
            isinstance(color, (str, Integral))
            or len(color) != _CHANNELS
            or not all(isinstance(value, Integral) and 0 <= value <= _LARGEST for value in color)
        ):
            raise ValueError(
                f'{name}: expected red, green and blue from 0 to {_LARGEST}, found {color!r}.'
            )
    return tuple((int(red), int(green), int(blue)) for red, green, blue in colors)
