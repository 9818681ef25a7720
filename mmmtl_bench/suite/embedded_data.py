"""The embedded data sets that a suite asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from mmmtl_bench.suite.suite_values import unknown_keys
from mmmtl_scenes import (
    DecathlonSet,
    RoomSet,
    StreetSceneSet,
    write_decathlon,
    write_nyud_rooms,
    write_pascal_streets,
    write_rooms,
    write_street_scenes,
)

_Set = StreetSceneSet | RoomSet | DecathlonSet
_Writer = Callable[[Path, Any, 'int | None', bool], int]
_KINDS: dict[str, tuple[type[_Set], _Writer]] = {
    'streets': (StreetSceneSet, write_street_scenes),
    'rooms': (RoomSet, write_rooms),
    'decathlon': (DecathlonSet, write_decathlon),
    'pascal': (StreetSceneSet, write_pascal_streets),
    'nyud': (RoomSet, write_nyud_rooms),
}


@dataclass(frozen=True)
class EmbeddedData:
    """A set of rendered scenes that is written before a benchmark's first run.

    Args:
        kind: ``'streets'``, ``'rooms'`` or ``'decathlon'``; ``'pascal'`` and ``'nyud'`` are streets
            and rooms in the layouts of PASCAL_MT and NYUD_MT.
        path: Folder of the set; relative to the folder in which the benchmark is started, as the
            ``data_root`` of a config is.
        scenes: What to render.
    """

    kind: str
    path: str
    scenes: _Set

    @classmethod
    def from_suite(cls, values: Any) -> EmbeddedData:
        """Makes a set of what a suite says.

        Args:
            values: ``scenes`` (one of the kinds), ``path``, and any
                parameters of :class:`~mmmtl_scenes.StreetSceneSet`, :class:`~mmmtl_scenes.RoomSet`
                or :class:`~mmmtl_scenes.DecathlonSet`.

        Returns:
            The set.

        Raises:
            ValueError: If a value is missing, unknown or out of range.
        """
        if not isinstance(values, dict):
            raise ValueError(f'expected values by key, found {values!r}')
        parameters = dict(values)
        kind, path = (parameters.pop(key, None) for key in ('scenes', 'path'))
        if kind not in _KINDS:
            raise ValueError(f'scenes: expected {" or ".join(_KINDS)}, found {kind!r}')
        if not isinstance(path, str) or not path:
            raise ValueError(f'path: expected the folder of the set, found {path!r}')
        set_type, _ = _KINDS[kind]
        known = [field.name for field in fields(set_type)]
        unknown = unknown_keys(parameters, ('scenes', 'path', *known))
        if unknown:
            raise ValueError(f'unknown keys {unknown}')
        if 'size' in parameters:
            parameters['size'] = _size(parameters['size'])
        try:
            return cls(kind, path, set_type(**parameters))
        except TypeError as error:
            raise ValueError(f'a value is of the wrong type: {error}') from error

    def write(self, progress: bool = True) -> int:
        """Renders the set, or what is missing of it.

        Args:
            progress: Whether to show a progress bar. Defaults to True.

        Returns:
            How many images were rendered.

        Raises:
            ValueError: If the folder holds something else.
        """
        _, write = _KINDS[self.kind]
        return write(Path(self.path), self.scenes, None, progress)


def _size(value: Any) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(n, int) for n in value):
        return value[0], value[1]
    raise ValueError(f'size: expected [height, width] in pixels, found {value!r}')
