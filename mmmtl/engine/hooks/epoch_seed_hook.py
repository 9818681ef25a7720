from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from mmengine.dataset import InfiniteSampler
from mmengine.dataset import worker_init_fn as default_worker_init_fn
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import IterBasedTrainLoop, Runner
from mmengine.runner.loops import _InfiniteDataloaderIterator
from mmseg.registry import HOOKS
from torch.utils.data import DataLoader


@HOOKS.register_module()
class EpochSeedHook(Hook):
    """Seeds every random generator from (seed, epoch, process) before each training epoch.

    Two gaps of mmengine 0.10.7 are closed by it:

    - Its ``worker_init_fn`` seeds every worker of the data loader with the same number in every
      epoch, so that with a fixed seed **every epoch repeats the same flips and crops**.
    - Its resume restores the seed but not the state of the generators: four epochs and two epochs
      resumed to four give different weights.

    With this hook an epoch's random numbers depend on the seed, the epoch and the rank alone. On
    the CPU, with unchanged numbers of processes, workers and threads, a resumed run then equals an
    uninterrupted one bit by bit. A seed that no config names is taken from the checkpoint on
    resume.

    Persistent workers keep their generators from epoch to epoch and cannot be seeded from outside;
    they are started anew before each epoch, which a line in the log says.

    In an iteration-based run (``IterBasedTrainLoop``) there are no epochs: there, the generators
    are seeded from (seed, iteration, process) before each batch is fetched. mmengine's resume
    fetches and drops the batches that were already trained on, so that workers arrive at the state
    they had.

    A ``worker_init_fn`` that a config names is left alone; it should then use
    ``torch.initial_seed()``.
    """

    priority = 'HIGHEST'

    def __init__(self) -> None:
        self._seed = 0

    def before_train(self, runner: Runner) -> None:
        """Sets up sampler and workers; here the seed of a resumed run is known.

        Args:
            runner: The runner.
        """
        loop = runner.train_loop
        self._seed = _shared_seed(runner)
        _set_sampler_seed(loop.dataloader, self._seed)
        _set_worker_init_fn(loop.dataloader)
        if isinstance(loop, IterBasedTrainLoop):
            loop.dataloader_iterator = _SeededIterator(loop.dataloader, self._seed, runner.rank)
        elif _has_persistent_workers(loop.dataloader):
            print_log(
                'EpochSeedHook starts the persistent workers of the data loader anew before each '
                'epoch, so that augmentations differ from epoch to epoch.',
                logger='current',
            )

    def before_train_epoch(self, runner: Runner) -> None:
        """Seeds all generators.

        Args:
            runner: The runner.
        """
        if not isinstance(runner.train_loop, IterBasedTrainLoop):
            _stop_persistent_workers(runner.train_loop.dataloader)
            seed_everything(self._seed, runner.epoch, runner.rank)


class _SeededIterator:
    """Seeds all generators from the number of the batch before it is fetched."""

    def __init__(self, dataloader: DataLoader, seed: int, rank: int) -> None:
        self._seed, self._rank, self._step = seed, rank, 0
        # mmengine's iterator was made before the seed was known, and may have fetched already.
        _stop_persistent_workers(dataloader)
        sampler = _base_sampler(dataloader)
        if isinstance(sampler, InfiniteSampler):
            sampler.indices = sampler._indices_of_rank()
        seed_everything(seed, 0, rank)
        self._iterator = _InfiniteDataloaderIterator(dataloader)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        seed_everything(self._seed, self._step, self._rank)
        self._step += 1
        return next(self._iterator)


def seed_everything(seed: int, step: int, rank: int) -> None:
    """Seeds python, numpy and torch (all devices) from three numbers that are mixed well.

    Args:
        seed: Seed of the run.
        step: Number of the epoch or iteration.
        rank: Number of the process.
    """
    numpy_seed, torch_seed, python_seed = np.random.SeedSequence((seed, step, rank)).generate_state(
        3
    )
    random.seed(int(python_seed))
    np.random.seed(int(numpy_seed))
    torch.manual_seed(int(torch_seed))


def seed_worker(worker_id: int) -> None:  # noqa: ARG001
    """Seeds python and numpy in a worker of a data loader as torch has seeded itself there.

    Args:
        worker_id: Number of the worker; torch's seed already depends on it.
    """
    seed = torch.initial_seed()
    random.seed(seed)
    np.random.seed(np.random.SeedSequence(seed).generate_state(4))


def _shared_seed(runner: Runner) -> int:
    """Gives the seed that all processes share: ``diff_rank_seed`` adds the rank to it."""
    own = bool(runner._randomness_cfg.get('diff_rank_seed', False))
    return int(runner.seed) - (runner.rank if own else 0)


def _base_sampler(dataloader: DataLoader) -> Any:
    batch_sampler = dataloader.batch_sampler
    return getattr(batch_sampler, 'sampler', dataloader.sampler)


def _set_sampler_seed(dataloader: DataLoader, seed: int) -> None:
    sampler = _base_sampler(dataloader)
    if hasattr(sampler, 'seed'):
        sampler.seed = seed


def _set_worker_init_fn(dataloader: DataLoader) -> None:
    current = dataloader.worker_init_fn
    function = current.func if isinstance(current, partial) else current
    if function in (None, default_worker_init_fn, seed_worker):
        dataloader.worker_init_fn = seed_worker


def _has_persistent_workers(dataloader: DataLoader) -> bool:
    return bool(dataloader.num_workers and dataloader.persistent_workers)


def _stop_persistent_workers(dataloader: DataLoader) -> None:
    """Drops the loader's iterator; its workers end, and the next iteration starts new ones."""
    if _has_persistent_workers(dataloader):
        dataloader._iterator = None
