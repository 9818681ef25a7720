r"""Measures what several processes gain over one on the CPU: the efficiency of a training step.

All processes live through the whole run, each with the same number of threads, and make steps on
batches of the same size, in turns: the first process alone; all of them at once without any
communication, which is what the machine itself allows (its memory is shared); then as one training
by gloo, once with gradients that are copied into the buckets for the exchange, once with gradients
that are views of these buckets. Efficiency is the time of the first process alone over that of the
row; it would be 1 if further processes cost nothing.

Example:
    python tools/analysis_tools/benchmark_processes.py configs/mtan_segnet_cityscapes7.py
"""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmseg.registry import MODELS
from torch import distributed
from torch.multiprocessing.spawn import ProcessRaisedException, spawn
from torch.nn.parallel import DistributedDataParallel

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.arguments import add_cfg_options, add_config, parse_size
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.launch import load_config
from mmmtl_bench.speed.contestant import Contestant, network_of
from mmmtl_bench.speed.machine import describe_machine
from mmmtl_bench.speed.rounds import ratios, spread, take_turns

ALONE = 'one process'
ROWS = {
    ALONE: None,
    'all, without communication': None,
    'all, gradients copied': False,
    'all, gradients as bucket views': True,
}
"""The rows of the table; where gradients are exchanged, whether they are views of the buckets."""


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_config(parser)
    parser.add_argument('--processes', type=int, default=2, help='default: 2')
    parser.add_argument('--threads', type=int, default=1, help='of each process, default: 1')
    parser.add_argument('--size', type=parse_size, default=(128, 256), help='default: 128x256')
    parser.add_argument('--batch-size', type=int, default=2, help='of each process, default: 2')
    parser.add_argument('--rounds', type=int, default=5, help='default: 5')
    add_cfg_options(parser)
    args = parser.parse_args()
    for option, least in (('processes', 2), ('threads', 1), ('batch_size', 1), ('rounds', 1)):
        if getattr(args, option) < least:
            name = option.replace('_', '-')
            raise ValueError(f'--{name}: expected at least {least}, found {getattr(args, option)}.')
    return args


def main() -> None:
    """Runs the command."""
    args = parse_args()
    cfg = load_config(args.config, args.cfg_options)
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        address = f'tcp://127.0.0.1:{free.getsockname()[1]}'
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder, 'seconds.pt')
        try:
            spawn(measure, (args, cfg, address, found), nprocs=args.processes)
        except ProcessRaisedException as error:
            raise ValueError(str(error).strip().splitlines()[-1]) from error
        seconds = torch.load(found, weights_only=True)
    torch.set_num_threads(args.threads)
    print(', '.join(f'{key}: {value}' for key, value in describe_machine('cpu').items()))
    height, width = args.size
    print(
        f'{Path(args.config).stem}: {args.processes} processes, '
        f'batches of {args.batch_size} images {height}x{width} each\n\n{table(seconds)}'
    )


def measure(rank: int, args: argparse.Namespace, cfg: Config, address: str, found: Path) -> None:
    """Is one of the processes.

    Args:
        rank: Which one.
        args: The arguments of the command.
        cfg: The config of the network.
        address: Where the processes meet.
        found: The file that the first process writes the seconds of all rows to.
    """
    torch.set_num_threads(args.threads)
    init_default_scope('mmseg')
    distributed.init_process_group(
        'gloo', init_method=address, rank=rank, world_size=args.processes
    )
    images = torch.rand(args.batch_size, 3, *args.size)
    steps = {name: _step(name, views, rank, cfg, images) for name, views in ROWS.items()}

    def together(step: Any) -> None:
        step()
        distributed.barrier()  # the slowest counts

    seconds = take_turns(
        {name: partial(together, step) for name, step in steps.items()}, args.rounds
    )
    if rank == 0:
        torch.save(seconds, found)
    distributed.destroy_process_group()


def _step(name: str, views: bool | None, rank: int, cfg: Config, images: torch.Tensor) -> Any:
    """Gives what a process does for a row: a training step, or nothing."""
    if name == ALONE and rank:
        return lambda: None
    torch.manual_seed(0)
    model: Any = MODELS.build(cfg.model)
    network: Any = _Outputs(model)
    if views is not None:
        network = DistributedDataParallel(network, gradient_as_bucket_view=views)
    return partial(Contestant(network, network, cfg, 'cpu', torch.float32).train_step, images)


class _Outputs(torch.nn.Module):
    """Gives the outputs of a segmentor's network, without losses."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: torch.Tensor) -> dict[str, torch.Tensor]:
        """Gives the output of each task."""
        return dict(network_of(self.model)(images))


def table(seconds: Mapping[str, list[float]]) -> str:
    """Gives the Markdown table, relative to one process."""
    lines = ['| training step | seconds | efficiency |', '| --- | --: | --: |']
    for name, times in seconds.items():
        lines.append(f'| {name} | {spread(times)} | {ratios(seconds[ALONE], times)} |')
    return '\n'.join(lines)


if __name__ == '__main__':
    sys.exit(run_command(main))
