"""Predictions as files that other programs read, by kind of task."""

from __future__ import annotations

import io
import json
from functools import singledispatch
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from mmmtl.apis.depth_png import write_depth_png
from mmmtl.files import write_atomically
from mmmtl.tasks import BinaryTask, ClassTask, ImageClassTask, ScalarTask, Task, distinct_palette


@singledispatch
def write_prediction(task: Task, path: Path, values: np.ndarray) -> None:  # noqa: ARG001
    """Writes a prediction as a file of its kind, a PNG picture of most.

    Kinds of tasks that have such a file (:attr:`mmmtl.tasks.Task.file_form`) are registered with
    ``write_prediction.register``.

    Args:
        task: The task.
        path: Name of the file, which ends with :attr:`mmmtl.tasks.Task.file_suffix`.
        values: The prediction, see :class:`~mmmtl.apis.inferencer.MultiTaskInferencer`.

    Raises:
        TypeError: If the kind of the task has no such file.
        ValueError: If a value cannot be written, such as a depth that is not finite.
    """
    raise TypeError(f'{type(task).__name__}: no file is registered for predictions of this kind.')


@write_prediction.register(ClassTask)
def _(task: ClassTask, path: Path, values: np.ndarray) -> None:
    """Class ids as an 8-bit picture with the palette of the classes."""
    count = int(values.max()) + 1
    if count > 256:
        raise ValueError(f'{path}: ids above 255 do not fit into 8 bit; save them as npy.')
    picture = Image.fromarray(values.astype(np.uint8))
    palette = task.palette or distinct_palette(count)
    picture.putpalette(np.asarray(palette, dtype=np.uint8).tobytes())
    save_picture_file(picture, path)


@write_prediction.register(BinaryTask)
def _(task: BinaryTask, path: Path, values: np.ndarray) -> None:  # noqa: ARG001
    """Probabilities as an 8-bit grey picture, 255 for 1."""
    if not np.isfinite(values).all():
        raise ValueError(f'{path}: expected finite probabilities, found some that are not.')
    save_picture_file(Image.fromarray(np.rint(values * 255).astype(np.uint8)), path)


@write_prediction.register(ScalarTask)
def _(task: ScalarTask, path: Path, values: np.ndarray) -> None:
    """Numbers as a 16-bit picture that says what its integers mean."""
    write_depth_png(path, values, task.unit or None)


@write_prediction.register(ImageClassTask)
def _(task: ImageClassTask, path: Path, values: np.ndarray) -> None:
    """Name, id and score of the class, and the scores of all, as JSON."""
    if not np.isfinite(values).all():
        raise ValueError(f'{path}: expected finite probabilities, found some that are not.')
    write_atomically(path, json.dumps(task.record(torch.from_numpy(values)), indent=2) + '\n')


def save_picture_file(picture: Image.Image, path: Path) -> None:
    """Writes a picture whole or not at all.

    Args:
        picture: The picture.
        path: The file; one that exists is replaced.
    """
    buffer = io.BytesIO()
    picture.save(buffer, format='PNG')
    write_atomically(path, buffer.getvalue())
