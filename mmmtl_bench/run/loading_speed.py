"""How fast samples are loaded, by the clock and by the time that processors spend on it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from mmengine.runner import Runner
from mmseg.registry import DATASETS

from mmmtl.datasets.caching import loading_transforms

_ROUNDS = 9


class LoadingSpeed(NamedTuple):
    """What a measurement gives.

    Args:
        images: Images a second.
        cpu: Seconds that processors spent on an image, those of the workers included.
    """

    images: float
    cpu: float


def loading_speed(dataloader: Mapping[str, Any], workers: int, seconds: float) -> LoadingSpeed:
    """Measures a data loader that nobody else waits for.

    Args:
        dataloader: Config of the data loader.
        workers: Number of worker processes.
        seconds: How long to measure, after two batches a worker (and one more) that do not count.

    Returns:
        Its speed.
    """
    batches = endless_batches(dataloader, workers)
    size = len(next(batches)['inputs'])
    for _ in range(2 * workers):
        next(batches)
    processes = [process.pid for process in getattr(batches, '_workers', ())]
    count, start, spent = 0, time.perf_counter(), _spent(processes)
    while time.perf_counter() < start + seconds:
        next(batches)
        count += size
    return LoadingSpeed(count / (time.perf_counter() - start), (_spent(processes) - spent) / count)


def endless_batches(dataloader: Mapping[str, Any], workers: int) -> Any:
    """Gives batches without a pause between epochs.

    Args:
        dataloader: Config of a data loader.
        workers: Number of worker processes.

    Returns:
        The iterator of a data loader.
    """
    config = dict(dataloader, num_workers=workers, sampler=dict(type='InfiniteSampler', seed=0))
    return iter(Runner.build_dataloader(config, seed=0))


def fill_cache(dataset: Mapping[str, Any]) -> Any:
    """Puts all samples of a data set into its cache.

    Args:
        dataset: Config of the data set, with a ``cache``.

    Returns:
        The data set, which keeps the cache for as long as it lives.
    """
    data = DATASETS.build(dict(dataset))
    for index in range(len(data)):
        data[index]
    return data


def share_of_a_copy(dataset: Mapping[str, Any]) -> float:
    """Compares the reading of cached samples with copies of as many bytes in memory.

    Args:
        dataset: Config of a data set whose samples are all in its cache.

    Returns:
        The speed of the reading, before any augmentation, as a share of that of the copies: the
        median of several rounds of both, by the time that the processor spends.
    """
    pipeline = dataset['pipeline'][: len(_loading(dataset))]
    data = DATASETS.build(dict(dataset, pipeline=pipeline))
    arrays = [value for value in data[0].values() if isinstance(value, np.ndarray)]
    source = np.ones((len(data), sum(array.nbytes for array in arrays)), np.uint8)
    shares = [
        _time_of(row.copy for row in source)
        / _time_of((lambda index=index: data[index]) for index in range(len(data)))
        for _ in range(_ROUNDS)
    ]
    return float(np.median(shares))


def _loading(dataset: Mapping[str, Any]) -> Sequence[Any]:
    built = DATASETS.build(dict(dataset, cache=False, lazy_init=True))
    return loading_transforms(built.pipeline.transforms)


def _time_of(calls: Iterable[Any]) -> float:
    start = time.process_time()
    for call in calls:
        call()
    return time.process_time() - start


def _spent(workers: Sequence[int]) -> float:
    """Tells the seconds that processors spent on this process and its workers."""
    ticks = 0
    for pid in workers:
        fields = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
        ticks += int(fields[11]) + int(fields[12])  # as a user, and in the kernel
    return time.process_time() + ticks / os.sysconf('SC_CLK_TCK')
