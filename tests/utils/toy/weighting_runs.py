"""Runs with a loss weighting in this process, or in processes that were forked from a warm one."""

import multiprocessing
import os
import signal
import socket
from pathlib import Path

import torch
import torch.distributed as dist
from mmengine.config import Config
from mmengine.runner import CheckpointLoader

from tests.utils.paths import REPOSITORY
from tests.utils.toy.toy_runs import TOY, toy_runner

CONFIG = TOY / 'weighting_config.py'
FOUR_TASKS = TOY / 'weighting_tasks_config.py'
EACH_ITERATION = dict(default_hooks__checkpoint=dict(by_epoch=False, interval=1, max_keep_ckpts=2))
WEIGHTINGS = REPOSITORY / 'configs' / '_base_' / 'weightings'


def weighting_of(name):
    """The loss weighting of a file in `_base_/weightings/`."""
    return Config.fromfile(WEIGHTINGS / f'{name}.py').loss_weighting.to_dict()


def weighting_runner(work_dir, weighting='equal', config=CONFIG, **options):
    """Builds a runner here; double underscores in the options stand for dots."""
    if isinstance(weighting, str):
        weighting = weighting_of(weighting)
    return toy_runner(work_dir, config, model__loss_weighting=weighting, **options)


def train(work_dir, weighting='equal', **options):
    runner = weighting_runner(work_dir, weighting, **options)
    runner.train()
    return runner


def warm_processes():
    """A context whose processes start with everything imported, and with no thread running."""
    context = multiprocessing.get_context('forkserver')
    context.set_forkserver_preload(['tests.utils.toy.weighting_components', __name__, 'mmmtl'])
    return context


def train_on_two_processes(processes, folder, weightings, config=CONFIG, ends=0, **options):
    """Trains with each weighting on two processes of a warm context, which end with a code."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    started = [
        processes.Process(
            target=train_in_each_process,
            args=(rank, 2, folder, port, weightings, config),
            kwargs=options,
        )
        for rank in (0, 1)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(300)
        assert process.exitcode == ends


def train_in_each_process(rank, size, folder, port, weightings, config=CONFIG, **more):
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
        options = dict(launcher='pytorch', train_dataloader__batch_size=4 // size)
        options |= more
        runner = train(work_dir, name, config=config, **options)
        torch.save(runner.model.module.state_dict(), work_dir / f'rank_{rank}.state')
    dist.destroy_process_group()


def killed_and_resumed(processes, folder, name, options=dict):
    """Kills a run in the middle of its third epoch of two batches, and goes on with the second."""
    end = dict(custom_hooks__3__iteration=4)
    killed = processes.Process(
        target=train, args=(folder, name), kwargs={**EACH_ITERATION, **options(), **end}
    )
    killed.start()
    killed.join(300)
    assert killed.exitcode == -signal.SIGKILL
    train(folder, name, resume=True, **options())


def assert_same_state(first, second):
    first, second = (CheckpointLoader.load_checkpoint(str(file)) for file in (first, second))
    assert first['state_dict'].keys() == second['state_dict'].keys()
    for key, value in first['state_dict'].items():
        assert torch.equal(value, second['state_dict'][key]), key
    momenta = [checkpoint['optimizer']['state'] for checkpoint in (first, second)]
    assert momenta[0].keys() == momenta[1].keys()
    for key, state in momenta[0].items():
        assert torch.equal(state['momentum_buffer'], momenta[1][key]['momentum_buffer'])
