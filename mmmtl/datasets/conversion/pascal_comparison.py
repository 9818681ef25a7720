from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.progress import track

from mmmtl.datasets.pascal_context import LABEL_MAPS, PascalContextMultiTaskDataset
from mmmtl.datasets.readers import ContextEdgeReader, ContextNormalReader, PersonPartsReader

_LOADED = (dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations'))


class PascalComparison(NamedTuple):
    """What reading samples with and without converted files gave.

    Args:
        samples: Number of samples.
        original: Seconds of processor time of a sample without converted files, its image and all
            labels.
        converted: Seconds of a sample with them.
        different: Which labels of which image differ, one a line.
    """

    samples: int
    original: float
    converted: float
    different: list[str]


def compare_pascal(root: str | Path, count: int, progress: bool = True) -> PascalComparison:
    """Reads samples of ``PASCAL_MT`` with and without converted files, in turn in this process.

    Each is read once both ways before the time is taken, so that all files are in memory.

    Args:
        root: The folder ``PASCAL_MT``.
        count: Number of samples, evenly spread over the training set.
        progress: Whether to show a progress bar. Defaults to True.

    Returns:
        The times, and what differs.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If ``count`` is less than 1, or a file is broken.
    """
    if count < 1:
        raise ValueError(f'count: expected at least 1, found {count}.')
    root = str(root)
    label_maps, lists = (str(Path(root, name)) for name in (LABEL_MAPS, 'db_info'))
    plain_readers: dict[str, Callable] = dict(
        parts=PersonPartsReader(),
        normal=ContextNormalReader(label_maps, lists),
        edge=ContextEdgeReader(),
    )
    converted = PascalContextMultiTaskDataset(data_root=root, pipeline=_LOADED)
    original = PascalContextMultiTaskDataset(
        data_root=root, pipeline=_LOADED, label_readers=plain_readers
    )
    indices = np.unique(np.linspace(0, len(original) - 1, count).astype(int)).tolist()
    seconds = np.zeros(2)
    different = []
    for index in track(indices, 'Comparing', disable=not progress):
        one, other = original[index], converted[index]
        different += [
            f'{one["img_path"]}: {task.name}'
            for task in original.tasks.values()
            if not _equal(one[task.map_key], other[task.map_key])
        ]
        for way, data in enumerate((original, converted)):
            start = time.process_time()
            data[index]
            seconds[way] += time.process_time() - start
    original_time, converted_time = seconds / len(indices)
    return PascalComparison(len(indices), float(original_time), float(converted_time), different)


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and np.array_equal(one, other)
