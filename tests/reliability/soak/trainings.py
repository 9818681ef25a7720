"""Trainings of the toy experiment in processes that are forked from this one."""

from __future__ import annotations

import multiprocessing
import os
import socket
import sys
import time
from pathlib import Path
from typing import NamedTuple

import torch
from mmengine.hooks import Hook
from mmseg.registry import HOOKS

from mmmtl.apis.command_errors import run_command
from tests.utils.toy.toy_runs import toy_runner
from tests.utils.toy.weighting_runs import weighting_runner

STEPS = 16
_STEP = 0.03  # seconds, so that a signal finds a place
_FLUSH = 0.05  # seconds, so that one finds a file that is being written
_PATIENCE = 300.0


@HOOKS.register_module()
class SoakHook(Hook):
    """Takes its time and counts the steps in a file; a process may fail by itself.

    Args:
        counts: The file.
        fails: Step at which the second process raises. Defaults to none.
    """

    def __init__(self, counts, fails=None):
        self.counts, self.fails = counts, fails

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        time.sleep(_STEP)
        if runner.rank == 0:
            with open(self.counts, 'a') as file:
                file.write('.')
        if runner.rank == 1 and runner.iter == self.fails:
            raise ValueError('found nothing.')


class Setup(NamedTuple):
    """How a training is made.

    Args:
        size: Number of processes.
        weighting: Name of a loss weighting, of a network with two tasks. Defaults to none, and a
            network with one.
        workers: Workers of each process. Defaults to 1.
        persistent: Whether they live on from epoch to epoch. Defaults to False.
        background: Whether checkpoints are written in the background, on a slow disk. Defaults to
            False.
    """

    size: int
    weighting: str | None = None
    workers: int = 1
    persistent: bool = False
    background: bool = False

    @property
    def usual(self) -> Setup:
        """The setup that gives the same bits."""
        return Setup(self.size, self.weighting)


class Training:
    """A training in one or several processes, each with a process group of its own.

    Args:
        folder: Work dir.
        setup: How it is made.
        resume: Whether it goes on. Defaults to False.
        fails: Step at which the second process raises. Defaults to none.
        timeout: Seconds that processes wait for each other. Defaults to 60.
    """

    def __init__(
        self,
        folder: Path,
        setup: Setup,
        resume: bool = False,
        fails: int | None = None,
        timeout: int = 60,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._counts = folder / 'steps'
        self._counts.unlink(missing_ok=True)
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            port = free.getsockname()[1]
        context = multiprocessing.get_context('fork')
        options = _options(setup, resume, timeout, counts=str(self._counts), fails=fails)
        self.processes = [
            context.Process(target=_train, args=(rank, setup, port, folder, options))
            for rank in range(setup.size)
        ]
        for process in self.processes:
            process.start()

    def wait_for_step(self, number: int) -> None:
        """Waits until a step has begun; one that is waited for in vain is an error."""
        end = time.monotonic() + _PATIENCE
        while not self._counts.exists() or self._counts.stat().st_size < number:
            if time.monotonic() > end or not any(p.is_alive() for p in self.processes):
                raise RuntimeError(f'{self.folder}: step {number} has not come: {self.said()}')
            time.sleep(0.005)

    def end(self) -> list[int | None]:
        """Waits for the end of all processes and gives their exit codes."""
        for process in self.processes:
            process.join(_PATIENCE)
        return [process.exitcode for process in self.processes]

    def said(self) -> str:
        """Gives what the processes wrote to stderr."""
        return ''.join(path.read_text() for path in sorted(self.folder.glob('stderr.*')))


def _options(setup: Setup, resume: bool, timeout: int, counts: str, fails: int | None) -> dict:
    options = dict(
        custom_hooks=[
            dict(type='EpochSeedHook'),
            dict(type='PreemptionHook'),
            dict(type='SoakHook', counts=counts, fails=fails),
        ],
        train_dataloader__num_workers=setup.workers,
        train_dataloader__persistent_workers=setup.persistent,
        default_hooks__checkpoint=dict(
            _delete_=True,
            type='DurableCheckpointHook',
            interval=3,
            by_epoch=False,
            max_keep_ckpts=1,
            background=setup.background,
        ),
        env_cfg__dist_cfg__timeout=timeout,
        resume=resume,
    )
    if setup.size > 1:
        options |= dict(launcher='pytorch')
    if setup.weighting is not None:  # two batches an epoch
        options['custom_hooks'].append(dict(type='LossWeightingHook'))
        more = dict(train_dataloader__batch_size=4 // setup.size, train_cfg__max_epochs=STEPS // 2)
        return options | more
    options |= dict(train_dataloader__dataset=dict(type='ToyDataset', length=8 * setup.size))
    if setup.size > 1:  # without running statistics, which differ between processes
        options |= dict(model__norm_cfg=dict(type='GN', num_groups=2))
    return options


def _train(rank: int, setup: Setup, port: int, folder: Path, options: dict) -> None:
    os.setpgid(0, 0)
    torch.set_num_threads(1)
    sys.stdout = (folder / f'stdout.{rank}').open('w', buffering=1)
    sys.stderr = (folder / f'stderr.{rank}').open('w', buffering=1)
    os.environ.update(
        RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(setup.size),
        MASTER_ADDR='127.0.0.1', MASTER_PORT=str(port), OMP_NUM_THREADS='1',
    )  # fmt: skip
    if setup.background:
        _slow_down_the_disk()

    def train() -> None:
        if setup.weighting is None:
            toy_runner(folder, **options).train()
        else:
            weighting_runner(folder, setup.weighting, **options).train()

    sys.exit(run_command(train))


def _slow_down_the_disk() -> None:
    fsync = os.fsync

    def slow(number: int) -> None:
        time.sleep(_FLUSH)
        fsync(number)

    os.fsync = slow
