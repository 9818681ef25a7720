"""The images of a run that qualitative panels show, in one file."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mmmtl.datasets.pixel_limit import pixel_limit
from mmmtl.files import atomic_file
from mmmtl.visualization.sheets.panel_row import PanelRow

PANELS_FILE = 'panels.npz'
"""Name of the file in a run's folder."""

_METAINFO = 'metainfo'
_KINDS = ('labels', 'predictions')


@dataclass(frozen=True)
class Panels:
    """Some images of a run's validation set, with labels and predictions.

    Args:
        rows: The images, the same ones for every run of a data set.
        metainfo: What the maps mean: ``classes``, ``palette``, ``depth_unit``, as far as known.
    """

    rows: tuple[PanelRow, ...]
    metainfo: dict[str, Any]


def write_panels(panels: Panels, path: str | Path) -> None:
    """Writes panels, all at once.

    Args:
        panels: The panels.
        path: The file, ending in ``.npz``.
    """
    arrays: dict[str, Any] = {_METAINFO: np.array(json.dumps(panels.metainfo))}
    for number, row in enumerate(panels.rows):
        arrays[f'{number}/title'] = np.array(row.title)
        arrays[f'{number}/image'] = row.image
        for kind in _KINDS:
            for task, values in getattr(row, kind).items():
                arrays[f'{number}/{kind}/{task}'] = _as_array(values)
    with atomic_file(path) as stream:
        np.savez_compressed(stream, **arrays)


def read_panels(path: str | Path) -> Panels:
    """Reads what :func:`write_panels` wrote.

    Args:
        path: The file.

    Returns:
        The panels; ids are int64, other maps float32.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it has other content.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            for name in file.files:
                _check_size(file.zip, name)
            arrays = {name: file[name] for name in file.files}
        metainfo = _check_metainfo(json.loads(str(arrays.pop(_METAINFO))))
        count = sum(name.endswith('/title') for name in arrays)
        rows = tuple(_read_row(arrays, number) for number in range(count))
    except KeyError as error:
        raise ValueError(f'{path}: expected the panels of a run, lacking {error}.') from error
    except FileNotFoundError:
        raise
    except Exception as error:  # of zipfile, zlib, numpy and json
        raise ValueError(
            f'{path}: expected the panels of a run, found others ({error}).'
        ) from error
    return Panels(rows, metainfo)


def _check_size(archive: zipfile.ZipFile, name: str) -> None:
    """Refuses an array by what its header says, before it is unpacked."""
    with archive.open(f'{name}.npy') as stream:
        formats = np.lib.format
        first = formats.read_magic(stream) == (1, 0)
        read = formats.read_array_header_1_0 if first else formats.read_array_header_2_0
        shape, _, dtype = read(stream)
    if math.prod(shape) * dtype.itemsize > pixel_limit():
        raise ValueError(f'{name}: more than {pixel_limit()} bytes, of shape {shape}')


def _check_metainfo(found: Any) -> dict[str, Any]:
    """Checks what the drawing of pictures takes as it is."""
    if not isinstance(found, dict):
        raise ValueError(f'metainfo: {type(found).__name__}')
    classes, palette = found.get('classes') or [], found.get('palette') or []
    if not (isinstance(classes, list) and all(isinstance(name, str) for name in classes)):
        raise ValueError('metainfo: classes that are no names')
    colors = palette if isinstance(palette, list) else [None]
    if not all(isinstance(c, list) and len(c) == 3 and set(map(type, c)) == {int} for c in colors):
        raise ValueError('metainfo: a palette that is no list of colours')
    return found


def _read_row(arrays: Mapping[str, np.ndarray], number: int) -> PanelRow:
    maps: dict[str, dict[str, Tensor]] = {kind: {} for kind in _KINDS}
    for kind, found in maps.items():
        prefix = f'{number}/{kind}/'
        for name, values in arrays.items():
            if name.startswith(prefix):
                found[name.removeprefix(prefix)] = _as_tensor(values)
    title, image = str(arrays[f'{number}/title']), arrays[f'{number}/image']
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise ValueError(f'{number}/image: {image.dtype} of shape {image.shape}')
    for kind, found in maps.items():
        for name, task_map in found.items():
            size = tuple(task_map.shape[1:])  # one pixel: of a task with one class an image
            if task_map.ndim != 3 or size not in (image.shape[:2], (1, 1)):
                raise ValueError(f'{number}/{kind}/{name}: shape {tuple(task_map.shape)}')
    return PanelRow(image, maps['labels'], maps['predictions'], title)


def _as_array(values: Tensor) -> np.ndarray:
    array = values.numpy()
    if values.is_floating_point():
        return array.astype(np.float32)
    return array.astype(np.uint8 if array.max(initial=0) <= np.iinfo(np.uint8).max else np.int32)


def _as_tensor(values: np.ndarray) -> Tensor:
    is_ids = np.issubdtype(values.dtype, np.integer)
    return torch.from_numpy(values.astype(np.int64 if is_ids else np.float32))
