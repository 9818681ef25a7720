from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import prod
from typing import Any, NamedTuple

import numpy as np

from mmmtl.tasks import Task

_ALIGNMENT = 64
_IMAGE = 'img'


class _Place(NamedTuple):
    key: str
    dtype: np.dtype
    shape: tuple[int, ...]
    start: int
    end: int


class SampleLayout:
    """How the arrays of a decoded sample lie in a row of bytes: its image, then its label maps.

    Args:
        tasks: The tasks whose label maps the sample has.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        tasks = list(tasks)
        self.dense_keys = [task.map_key for task in tasks if task.is_dense]
        """list[str]: Map keys of the tasks whose maps have the size of the image."""
        self._tasks = tasks
        self._known: dict[tuple[int, int], list[_Place]] = {}

    def size(self, sample: Mapping[str, Any]) -> tuple[int, int]:
        """Tells height and width of a sample.

        Args:
            sample: The results of transforms that load.

        Returns:
            Those of its image.

        Raises:
            ValueError: If the arrays are not those of the layout, of one size.
        """
        height, width = sample[_IMAGE].shape[:2]
        for place in self._places(height, width):
            array = sample[place.key]
            if (array.dtype, array.shape) != (place.dtype, place.shape):
                raise ValueError(
                    f'{sample["img_path"]}: expected {place.key} of {place.dtype} and shape '
                    f'{place.shape}, found {array.dtype} and {array.shape}.'
                )
        return height, width

    def length(self, height: int, width: int) -> int:
        """Tells how many bytes a sample takes.

        Args:
            height: Height of its image.
            width: Width of its image.

        Returns:
            The number, with gaps between the arrays.
        """
        return self._places(height, width)[-1].end

    def arrays(self, sample: Mapping[str, Any]) -> Iterator[tuple[int, np.ndarray]]:
        """Gives the arrays of a sample.

        Args:
            sample: The sample.

        Yields:
            Where an array starts, and the array in one piece.
        """
        for place in self._places(*self.size(sample)):
            yield place.start, np.ascontiguousarray(sample[place.key])

    def restore(self, content: np.ndarray, height: int, width: int) -> dict[str, Any]:
        """Gives what the transforms that load have added to a sample.

        Args:
            content: The bytes, an array of uint8 that nobody else uses.
            height: Height of the image.
            width: Width of the image.

        Returns:
            The arrays, which share the memory of the bytes, and the image's sizes.
        """
        arrays = {
            place.key: np.ndarray(place.shape, place.dtype, content, place.start)
            for place in self._places(height, width)
        }
        return {**arrays, 'img_shape': (height, width), 'ori_shape': (height, width)}

    def _places(self, height: int, width: int) -> list[_Place]:
        places, start = self._known.get((height, width), []), 0
        if places:
            return places
        for key, dtype, shape in self._arrays(height, width):
            end = start + dtype.itemsize * prod(shape)
            places.append(_Place(key, dtype, shape, start, end))
            start = -(-end // _ALIGNMENT) * _ALIGNMENT
        self._known[height, width] = places
        return places

    def _arrays(self, height: int, width: int) -> Iterator[tuple[str, np.dtype, tuple[int, ...]]]:
        yield _IMAGE, np.dtype(np.uint8), (height, width, 3)
        for task in self._tasks:
            channels = () if task.channels == 1 else (task.channels,)
            shape = (*task.map_size((height, width)), *channels)
            yield task.map_key, np.dtype(task.label_type), shape
