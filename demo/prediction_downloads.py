"""Predictions as files to take home."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from mmmtl.apis.prediction_files import write_prediction
from mmmtl.tasks import Task

_KEPT_SECONDS = 3600
"""After which files are removed; the page serves copies."""


def write_downloads(
    root: Path, name: str, maps: Mapping[str, np.ndarray], tasks: Mapping[str, Task]
) -> list[str]:
    """Writes the predictions for an image: arrays, and files of a task's kind where it has one.

    Args:
        root: Folder for the files of all images; those of an hour ago are removed.
        name: Name of the image, without a suffix.
        maps: The prediction of each task.
        tasks: The tasks by name.

    Returns:
        Paths of the files in a new folder: ``NAME_TASK.npy`` and, such as classes and
        16-bit depths, ``NAME_TASK.png``. A kind of file that cannot hold the values is left out.
    """
    for old in root.iterdir():
        if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(dir=root))
    paths = []
    for task, values in maps.items():
        path = folder / f'{name}_{task}.npy'
        np.save(path, values)
        paths.append(str(path))
        if tasks[task].file_form is None:
            continue
        path = path.with_suffix(tasks[task].file_suffix)
        try:
            write_prediction(tasks[task], path, values)
        except ValueError:
            continue
        paths.append(str(path))
    return paths
