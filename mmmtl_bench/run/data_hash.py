"""Whether two runs used the same files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from mmengine import fileio

from mmmtl.tasks import known_tasks

_IMAGE_KEY = 'img_path'
_DIGITS = 16


class ListedDataset(Protocol):
    """A data set that names the files of its samples, as those of mmengine do."""

    def __len__(self) -> int:
        """Gives the number of samples."""

    def get_data_info(self, idx: int) -> Mapping[str, Any]:
        """Gives what is known of a sample before its files are read."""


def hash_data(dataset: ListedDataset, max_samples: int = 64) -> dict[str, str]:
    """Hashes the files of a data set, each kind of file by itself.

    The hash is over the number of files, over their names below the folder that they share, in
    their order, and over the bytes of up to ``max_samples`` of them, evenly spread over the set: a
    large set need not be read. Where the set lies does not matter. Kinds are hashed apart so that
    data sets for different tasks can be compared in the kinds that they share.

    Args:
        dataset: The data set.
        max_samples: Files of each kind whose bytes are read. Defaults to 64.

    Returns:
        By kind of file (``'image'``, or the name of a task for its labels) 16 hexadecimal digits of
        a SHA-256. Kinds that no sample names are left out.

    Raises:
        ValueError: If ``max_samples`` is not positive or the data set is empty.
        FileNotFoundError: If a file is missing.
    """
    if max_samples < 1 or len(dataset) < 1:
        raise ValueError(
            'Expected at least one sample in the data set and to read, '
            f'found {len(dataset)} and max_samples={max_samples}.'
        )
    own = getattr(dataset, 'tasks', None)
    tasks = own.values() if isinstance(own, Mapping) else known_tasks()
    keys = {_IMAGE_KEY: 'image', **{task.path_key: task.name for task in tasks}}
    infos = [dataset.get_data_info(index) for index in range(len(dataset))]
    paths = {kind: [str(info[key]) for info in infos if key in info] for key, kind in keys.items()}
    return {kind: _hash_files(found, max_samples) for kind, found in paths.items() if found}


def _hash_files(paths: Sequence[str], max_samples: int) -> str:
    shared = os.path.commonpath([os.path.dirname(path) for path in paths])
    digest = hashlib.sha256(f'{len(paths)}\n'.encode())
    for path in paths:
        digest.update(f'{Path(os.path.relpath(path, shared)).as_posix()}\n'.encode())
    count = min(max_samples, len(paths))
    for index in np.linspace(0, len(paths) - 1, count).round().astype(int):
        content = fileio.get(paths[index])
        digest.update(f'{len(content)}\n'.encode())
        digest.update(content)
    return digest.hexdigest()[:_DIGITS]
