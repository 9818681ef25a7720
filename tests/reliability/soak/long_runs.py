"""Thousands of iterations and predictions in one process, and what they leave in memory."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import random
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmengine.hooks import Hook
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.apis import MultiTaskInferencer
from tests.reliability.soak.faults import Fault
from tests.reliability.soak.trainings import Setup
from tests.utils.small_model import write_small_model
from tests.utils.toy.toy_runs import toy_runner

FLAT = 'memory and handles flat'
MANY = 2000
_PAGE = os.sysconf('SC_PAGE_SIZE')
_WITHIN = 4e6  # bytes that the second half may add: what is logged, and pieces between others
_PICTURE_EVERY = 10


def memory() -> tuple[int, int]:
    """Bytes of this process that are in memory, and its open files.

    What the C library keeps of freed memory goes back to the system first: it comes and goes by
    tens of megabytes.
    """
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    resident = int(Path('/proc/self/statm').read_text().split()[1]) * _PAGE
    return resident, len(os.listdir('/proc/self/fd'))


class Flatness:
    """Compares the middle of a long run with its end.

    Args:
        count: How many steps there are.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.seen: list[tuple[int, int]] = []

    def step(self, number: int) -> None:
        """Is told after each step, counted from 1."""
        if number in (self.count // 2, self.count):
            self.seen.append(memory())

    def verdict(self) -> str:
        """What was seen."""
        (before, files_before), (after, files_after) = self.seen
        if after - before <= _WITHIN and files_before == files_after:
            return FLAT
        return f'{(after - before) / 1e6:.1f} MB and {files_after - files_before} files more'


class FlatnessHook(Hook):
    """Tells each step, and draws.

    Args:
        flatness: Who is told.
        pictures: Whether every tenth step draws.
    """

    priority = 'LOWEST'

    def __init__(self, flatness: Flatness, pictures: bool) -> None:
        self.flatness, self.pictures = flatness, pictures

    def after_train_iter(
        self, runner: Any, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        if self.pictures and runner.iter % _PICTURE_EVERY == 0:
            image = np.full((64, 96, 3), 100, np.uint8)
            sample = SegDataSample(pred_sem_seg=PixelData(data=torch.zeros(1, 64, 96).long()))
            runner.visualizer.add_datasample('picture', image, sample, step=runner.iter % 50)
        self.flatness.step(runner.iter + 1)


def iterate(folder: Path, count: int, pictures: bool) -> str:
    """Trains."""
    flatness = Flatness(count)
    runner = toy_runner(
        folder,
        custom_hooks=[dict(type='EpochSeedHook')],
        visualizer=dict(
            type='MultiTaskLocalVisualizer',
            vis_backends=[dict(type='LocalVisBackend')],
            name=str(folder),
        ),
        train_cfg=dict(by_epoch=True, max_epochs=count // 4, val_interval=count),
        default_hooks__checkpoint=dict(
            _delete_=True, type='DurableCheckpointHook', interval=50, max_keep_ckpts=1
        ),
    )
    runner.visualizer.dataset_meta = dict(classes=('a', 'b'), palette=[[0, 0, 0], [9, 9, 9]])
    runner.register_hook(FlatnessHook(flatness, pictures))
    runner.train()
    return flatness.verdict()


def predict(folder: Path, count: int, pictures: bool) -> str:
    """Predicts one image after the other, as a service does."""
    flatness = Flatness(count)
    model = write_small_model(folder)
    image = folder / 'image.png'
    cv2.imwrite(str(image), np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8))
    inferencer = MultiTaskInferencer(*model, device='cpu', show_progress=False)
    out = folder / 'out' if pictures else None
    for number in range(1, count + 1):
        inferencer(str(image), out_dir=out)
        flatness.step(number)
    return flatness.verdict()


def in_process(folder: Path, what: Callable[[Path], str]) -> str:
    """Runs in a process of its own, and gives what it says."""
    folder.mkdir(parents=True)
    process = multiprocessing.get_context('fork').Process(target=_tell, args=(folder, what))
    process.start()
    process.join()
    told = folder / 'verdict'
    if process.exitcode == 0:
        return told.read_text()
    return f'exit code {process.exitcode}: {(folder / "stderr").read_text()[-500:]}'


def _tell(folder: Path, what: Callable[[Path], str]) -> None:
    torch.set_num_threads(1)
    sys.stdout = (folder / 'stdout').open('w', buffering=1)
    sys.stderr = (folder / 'stderr').open('w', buffering=1)
    work = folder / 'work'
    work.mkdir()
    (folder / 'verdict').write_text(what(work))


def _long_run(what: Callable[[Path, int, bool], str], name: str, pictures: bool) -> Fault:
    def play(folder: Path, whole: Path, chance: random.Random) -> str:
        return in_process(folder, partial(what, count=MANY, pictures=pictures))

    drawn = ', with pictures' if pictures else ''
    return Fault(f'{MANY:,} {name}{drawn}', Setup(1), 1, FLAT, play)


LONG_RUNS = tuple(
    _long_run(what, name, pictures)
    for what, name in ((iterate, 'iterations'), (predict, 'predictions'))
    for pictures in (False, True)
)
