r"""Measures how long a training stands still for a checkpoint, written in the background or not.

A stack of linear layers trains on noise with Adam. Every few steps comes one of three turns: no
checkpoint, one that the training waits for, one in the background. They take turns in one training,
so that whatever else the machine does slows them all alike. The table has the medians of the time
in which the training stands still, and of that until the steps after it are made: a file that is
written in the background slows those.

Examples:
    python tools/analysis_tools/benchmark_checkpoints.py
    python tools/analysis_tools/benchmark_checkpoints.py /mnt/share --megabytes 200 --rounds 10
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from mmengine.model import BaseModel
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from mmmtl.apis.command_errors import run_command
from mmmtl.engine import DurableCheckpointHook
from mmmtl.files import make_folder

WIDTH = 1024
NONE, WAITED_FOR, BACKGROUND = 'none', 'waited for', 'background'
TURNS = (NONE, WAITED_FOR, BACKGROUND)


class LinearStack(BaseModel):
    """Linear layers, whose checkpoint with Adam has three times their size."""

    def __init__(self, megabytes: float) -> None:
        super().__init__()
        count = max(1, round(megabytes * 1e6 / (3 * 4 * WIDTH**2)))
        self.layers = nn.Sequential(*(nn.Linear(WIDTH, WIDTH) for _ in range(count)))

    def forward(self, inputs: Tensor, mode: str = 'tensor') -> Any:
        """Gives what the layers make of the inputs, or the mean of its squares as the loss."""
        outputs = self.layers(inputs)
        return dict(loss=outputs.square().mean()) if mode == 'loss' else outputs


class TurnsHook(DurableCheckpointHook):
    """Saves in turns in three ways, and takes the times."""

    def __init__(self, interval: int) -> None:
        super().__init__(
            interval, by_epoch=False, save_last=False, max_keep_ckpts=1, background=True
        )
        self.still: dict[str, list[float]] = {turn: [] for turn in TURNS}
        """Seconds in which the training stands still, by turn."""
        self.until_next: dict[str, list[float]] = {turn: [] for turn in TURNS}
        """Seconds to the next turn."""
        self._began: float | None = None
        self._number = 0

    def _save_checkpoint(self, runner: Runner) -> None:
        self._writer.wait()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        now = time.perf_counter()
        if self._began is not None:
            self.until_next[TURNS[(self._number - 1) % 3]].append(now - self._began)
        turn = TURNS[self._number % 3]
        self._number += 1
        self.background = turn == BACKGROUND
        self._began = time.perf_counter()
        if turn != NONE:
            super()._save_checkpoint(runner)
        self.still[turn].append(time.perf_counter() - self._began)


def main() -> None:
    """Runs the benchmark."""
    args = parse_args()
    make_folder(args.folder)
    init_default_scope('mmseg')
    hook = TurnsHook(args.interval)
    with tempfile.TemporaryDirectory(dir=args.folder) as work_dir:
        size = train(hook, Path(work_dir), args)
    print(f'{size / 1e6:.0f} MB, {args.rounds} rounds, {args.interval} steps after each turn\n')
    print(table(hook))


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        'folder', nargs='?', type=Path, default=Path(), help='on the disk to measure, default: .'
    )
    parser.add_argument('--megabytes', type=float, default=500, help='default: 500')
    parser.add_argument('--rounds', type=int, default=5, help='default: 5')
    parser.add_argument('--interval', type=int, default=10, help='steps after each, default: 10')
    args = parser.parse_args()
    for option in ('megabytes', 'rounds', 'interval'):
        if getattr(args, option) <= 0:
            raise ValueError(f'--{option}: expected more than 0, found {getattr(args, option)}.')
    return args


def train(hook: TurnsHook, work_dir: Path, args: argparse.Namespace) -> int:
    """Trains, and gives the bytes of a checkpoint."""
    Runner(
        LinearStack(args.megabytes),
        str(work_dir),
        train_dataloader=DataLoader(TensorDataset(torch.randn(256, WIDTH)), batch_size=64),
        train_cfg=dict(by_epoch=False, max_iters=args.interval * (len(TURNS) * args.rounds + 1)),
        optim_wrapper=dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=1e-4)),
        default_hooks=dict(checkpoint=None, logger=None),
        custom_hooks=[hook],
        log_level='ERROR',
        default_scope='mmseg',  # mmengine's own would stay the default of this process
    ).train()
    return next(work_dir.glob('*.pth')).stat().st_size


def table(hook: TurnsHook) -> str:
    """Gives the Markdown table."""
    lines = [
        '| checkpoint | stands still [s] | relative | with the steps after it [s] | relative |',
        '| --- | ---: | ---: | ---: | ---: |',
    ]
    waited_for = statistics.median(hook.still[WAITED_FOR])
    without = statistics.median(hook.until_next[NONE])
    for turn in TURNS:
        still, until_next = (
            statistics.median(times[turn]) for times in (hook.still, hook.until_next)
        )
        lines.append(
            f'| {turn} | {still:.2f} | {still / waited_for:.2f} '
            f'| {until_next:.2f} | {until_next / without:.2f} |'
        )
    return '\n'.join(lines)


if __name__ == '__main__':
    sys.exit(run_command(main))
