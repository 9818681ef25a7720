from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.io import read_map
from mmmtl.tasks import IGNORED

Colour = tuple[int, int, int]
_CHANNELS = 3
_LARGEST = 255
_LISTED = 5


@TASK_UTILS.register_module()
class ColourReader:
    """Reads masks in which each class has a colour.

    Args:
        colours: Colour of each class, red, green and blue from 0 to 255, in the order of the
            classes.
        ignored: Colours of pixels without a label. Defaults to none. Every other colour in a file
            is an error.

    Raises:
        ValueError: If there is no colour or more than 255, one is not a colour, or one is
            there twice.
    """

    def __init__(self, colours: Sequence[Colour], ignored: Sequence[Colour] = ()) -> None:
        self.colours = _check_colours('colours', colours)
        self.ignored = _check_colours('ignored', ignored)
        if not 0 < len(self.colours) <= IGNORED:
            raise ValueError(
                f'colours: expected 1 to {IGNORED} colours, found {len(self.colours)}.'
            )
        known = [*self.colours, *self.ignored]
        for colour in known:
            if known.count(colour) > 1:
                raise ValueError(f'colours, ignored: expected each once, found {colour} twice.')
        classes = [*range(len(self.colours)), *[IGNORED] * len(self.ignored)]
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
            colours = np.unique(stored[unknown], axis=0)
            listed = ', '.join(str(tuple(colour.tolist())) for colour in colours[:_LISTED])
            raise ValueError(
                f'{path}: {len(colours)} colour(s) are neither in colours nor in ignored: {listed}'
                f'{" and more" * (len(colours) > _LISTED)}. JPEG files and masks that were resized '
                'smoothly have mixed colours.'
            )
        return self._classes[places]


def _code(colours: np.ndarray) -> np.ndarray:
    """Gives each colour of shape (..., 3) a number of its own."""
    return colours.astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], np.int32)


def _check_colours(name: str, colours: Sequence[Colour]) -> tuple[Colour, ...]:
    for colour in colours:
        if (
            isinstance(colour, (str, Integral))
            or len(colour) != _CHANNELS
            or not all(isinstance(value, Integral) and 0 <= value <= _LARGEST for value in colour)
        ):
            raise ValueError(
                f'{name}: expected red, green and blue from 0 to {_LARGEST}, found {colour!r}.'
            )
    return tuple((int(red), int(green), int(blue)) for red, green, blue in colours)
