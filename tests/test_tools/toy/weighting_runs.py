"""Runs with a loss weighting in this process, or in processes that were forked from a warm one."""

import multiprocessing
import os
import socket
from pathlib import Path

import torch
import torch.distributed as dist
from mmengine.config import Config
from toy_runs import ROOT, TOY, toy_runner

CONFIG = TOY / 'weighting_config.py'
WEIGHTINGS = ROOT / 'configs' / '_base_' / 'weightings'


def weighting_of(name):
    """The loss weighting of a file in `_base_/weightings/`."""
    return Config.fromfile(WEIGHTINGS / f'{name}.py').loss_weighting.to_dict()


def weighting_runner(work_dir, weighting='equal', **options):
    """Builds a runner here; double underscores in the options stand for dots."""
    if isinstance(weighting, str):
        weighting = weighting_of(weighting)
    return toy_runner(work_dir, CONFIG, model__loss_weighting=weighting, **options)


def train(work_dir, weighting='equal', **options):
    runner = weighting_runner(work_dir, weighting, **options)
    runner.train()
    return runner


def warm_processes():
    """A context whose processes start with everything imported, and with no thread running."""
    context = multiprocessing.get_context('forkserver')
    context.set_forkserver_preload(['weighting_components', 'weighting_runs', 'mmmtl'])
    return context


def train_on_two_processes(processes, folder, weightings):
    """Trains with each weighting on two processes of a warm context, and waits for their end."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    started = [
        processes.Process(target=train_in_each_process, args=(rank, 2, folder, port, weightings))
        for rank in (0, 1)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(300)
        assert process.exitcode == 0


def train_in_each_process(rank, size, folder, port, weightings):
    """Trains with each weighting as one of several processes, and saves what each ends with."""
    torch.set_num_threads(1)
    os.environ.update(
        RANK=str(rank),
        LOCAL_RANK=str(rank),
        WORLD_SIZE=str(size),
        MASTER_ADDR='127.0.0.1',
        MASTER_PORT=str(port),
    )
    for name in weightings:
        work_dir = Path(folder, name)
        runner = train(work_dir, name, launcher='pytorch', train_dataloader__batch_size=4 // size)
        torch.save(runner.model.module.state_dict(), work_dir / f'rank_{rank}.state')
    dist.destroy_process_group()
