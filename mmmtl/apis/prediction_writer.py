"""Writes the predictions for an image as files."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from mmmtl.apis.depth_png import write_depth_png
from mmmtl.files import atomic_file, write_atomically
from mmmtl.tasks import Quantity, Task
from mmmtl.visualization import PanelRow, draw_panels
from mmmtl.visualization.sheets.colors import distinct_palette
from mmmtl.visualization.sheets.painters import ColorBar, Legend, make_painter

SAVED = ('pictures', 'ids', 'depth', 'npy')
"""What a :class:`PredictionWriter` can save."""


class PredictionWriter:
    """Writes the predictions for images into a folder, each kind into a folder of its own.

    ============ ============================== ====================================================
    ``save``     files                          what
    ============ ============================== ====================================================
    ``pictures`` ``pictures/NAME.png``          the image and all tasks side by side, with keys
    ..           ``pictures_TASK/NAME.png``     the task alone in colours, at the image's size
    ``ids``      ``TASK/NAME.png``              classes: 8 bit, the ids, shown in the palette's
                                                colours
    ``depth``    ``TASK/NAME.png``              scalars: 16 bit, see :mod:`mmmtl.apis.depth_png`
    ``npy``      ``TASK/NAME.npy``              the prediction as it is returned, any task
    ============ ============================== ====================================================

    Every file is either complete or not there, and replaces one of the same name.

    Args:
        out_dir: The folder; it is made when it is needed.
        tasks: The tasks by name.
        metainfo: ``classes``, ``palette`` and ``depth_unit``, as far as they are known.
        save: What to save, among :data:`SAVED`. Defaults to the pictures.

    Raises:
        ValueError: If ``save`` is empty or names something else.
    """

    def __init__(
        self,
        out_dir: str | Path,
        tasks: Mapping[str, Task],
        metainfo: Mapping[str, Any],
        save: Collection[str] = ('pictures',),
    ) -> None:
        unknown = sorted(set(save) - set(SAVED))
        if isinstance(save, str) or unknown or not save:
            raise ValueError(f'save: expected some of {list(SAVED)}, found {save!r}.')
        self.out_dir = Path(out_dir)
        self.tasks = tasks
        self.metainfo = metainfo
        self.save = frozenset(save)

    def write(self, name: str, image: np.ndarray, prediction: Mapping[str, np.ndarray]) -> None:
        """Writes the files of an image.

        Args:
            name: What the files are called, without a suffix; may have folders.
            image: uint8 of shape (H, W, 3), channels blue, green, red.
            prediction: The prediction of each task, see
                :class:`~mmmtl.apis.inferencer.MultiTaskInferencer`.

        Raises:
            ValueError: If a value cannot be written, such as a depth that is not finite.
        """
        if 'pictures' in self.save:
            self._write_pictures(name, image, prediction)
        for task_name, values in prediction.items():
            task = self.tasks[task_name]
            path = self._path(task_name, name)
            if 'ids' in self.save and task.quantity is Quantity.CLASSES:
                self._write_ids(path, values)
            if 'depth' in self.save and task.quantity is Quantity.SCALAR:
                is_depth = task.geometry is None  # else it has no unit of the data set's
                write_depth_png(path, values, self.metainfo.get('depth_unit') if is_depth else None)
            if 'npy' in self.save:
                with atomic_file(self._path(task_name, name, '.npy')) as stream:
                    np.save(stream, values)

    def _path(self, folder: str, name: str, suffix: str = '.png') -> Path:
        return self.out_dir / folder / f'{name}{suffix}'

    def _write_pictures(
        self, name: str, image: np.ndarray, prediction: Mapping[str, np.ndarray]
    ) -> None:
        draw_prediction(image, prediction, self.metainfo, self._path('pictures', name))
        for task_name, painted in paint_prediction(prediction, self.tasks, self.metainfo).items():
            _save(Image.fromarray(painted.picture), self._path(f'pictures_{task_name}', name))

    def _write_ids(self, path: Path, ids: np.ndarray) -> None:
        count = int(ids.max()) + 1
        if count > 256:
            raise ValueError(f'{path}: ids above 255 do not fit into 8 bit; save them as npy.')
        palette = self.metainfo.get('palette') or distinct_palette(count)
        picture = Image.fromarray(ids.astype(np.uint8))
        picture.putpalette(np.asarray(palette, dtype=np.uint8).tobytes())
        _save(picture, path)


def draw_prediction(
    image: np.ndarray,
    prediction: Mapping[str, np.ndarray],
    metainfo: Mapping[str, Any],
    out_file: str | Path | None = None,
) -> np.ndarray:
    """Draws an image and the predictions for it side by side, each with its key.

    Args:
        image: uint8 of shape (H, W, 3), channels blue, green, red.
        prediction: The prediction of each task.
        metainfo: ``classes``, ``palette`` and ``depth_unit``, as far as they are known.
        out_file: Picture to write. Defaults to None: no file.

    Returns:
        RGB, uint8 of shape (height, width, 3).
    """
    maps = {name: _as_map(values) for name, values in prediction.items()}
    row = PanelRow(np.ascontiguousarray(image[..., ::-1]), predictions=maps)
    return draw_panels([row], metainfo, out_file)


class PaintedMap(NamedTuple):
    """A prediction in colours."""

    picture: np.ndarray
    """RGB, uint8 of shape (H, W, 3)."""
    key: Legend | ColorBar
    """What the colours mean."""


def paint_prediction(
    prediction: Mapping[str, np.ndarray], tasks: Mapping[str, Task], metainfo: Mapping[str, Any]
) -> dict[str, PaintedMap]:
    """Paints each task's prediction in the colours of :func:`draw_prediction`, at its own size.

    Args:
        prediction: The prediction of each task.
        tasks: The tasks by name.
        metainfo: ``classes``, ``palette`` and ``depth_unit``, as far as they are known.

    Returns:
        Picture and key of each task.
    """
    painted = {}
    for name, values in prediction.items():
        channels_first = _as_map(values)
        painter = make_painter(tasks[name], [], [channels_first], metainfo)
        painted[name] = PaintedMap(painter.paint_prediction(channels_first), painter.key)
    return painted


def _as_map(values: np.ndarray) -> Tensor:
    """Puts the channels first, as data samples have them."""
    moved = np.moveaxis(values, -1, 0) if values.ndim == 3 else values[None]
    return torch.from_numpy(np.ascontiguousarray(moved))


def _save(picture: Image.Image, path: Path) -> None:
    buffer = io.BytesIO()
    picture.save(buffer, format='PNG')
    write_atomically(path, buffer.getvalue())
