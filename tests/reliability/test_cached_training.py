"""A training with a cache of its samples has the bits of one without."""

import gc
import os
import socket
from pathlib import Path

import pytest
import torch
import torch.distributed as dist

from mmmtl.apis.launch import build_runner, load_config
from mmmtl.compat.checkpoint import read_checkpoint
from tests.utils.random_data import write_cityscapes

WIDTHS = [4] * 5
CONFIG = f"""
_base_ = ['mmmtl::mtan_segnet_cityscapes7-demo.py']
train_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='RandomScaleCrop'),
    dict(type='MultiTaskRandomFlip', prob=0.5),
    dict(type='PackMultiTaskInputs'),
]
model = dict(
    backbone=dict(widths={WIDTHS}),
    neck=dict(widths={WIDTHS}),
    decode_head=dict(
        seg=dict(in_channels=4, channels=4), depth=dict(in_channels=4, channels=4)
    ),
)
train_dataloader = dict(batch_size=2, dataset=dict(pipeline=train_pipeline))
train_cfg = dict(max_epochs=3)
val_cfg = None
val_dataloader = None
val_evaluator = None
param_scheduler = []
"""


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Data of six images, and a config of two tasks over it."""
    root = tmp_path_factory.mktemp('cached')
    write_cityscapes(root / 'streets', dict(train=6))
    (root / 'mine.py').write_text(CONFIG)
    return root


def train(folder, name, workers, cache, launcher='none', batch_size=2):
    """Trains, and gives what is learned."""
    options = {
        'train_dataloader.dataset.data_root': str(folder / 'streets'),
        'train_dataloader.num_workers': workers,
        'train_dataloader.dataset.cache': cache,
        'train_dataloader.batch_size': batch_size,
    }
    cfg = load_config(folder / 'mine.py', options, folder / name, launcher)
    cfg.visualizer.name = cfg.experiment_name = name  # a process keeps them by name
    build_runner(cfg).train()
    gc.collect()
    return read_checkpoint(folder / name / 'epoch_3.pth')['state_dict']


def train_as_one_of_two(rank, folder, port, name, cache):
    torch.set_num_threads(1)
    os.environ.update(
        RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE='2', MASTER_ADDR='127.0.0.1',
        MASTER_PORT=str(port),
    )  # fmt: skip
    train(folder, name, 2, cache, 'pytorch', batch_size=1)
    dist.destroy_process_group()


def train_on_two(processes, folder, name, cache):
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    started = [
        processes.Process(target=train_as_one_of_two, args=(rank, folder, port, name, cache))
        for rank in (0, 1)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(300)
        assert process.exitcode == 0
    return read_checkpoint(folder / name / 'epoch_3.pth')['state_dict']


def assert_same(one, other):
    assert one.keys() == other.keys()
    for key, value in one.items():
        assert torch.equal(value, other[key]), key


@pytest.fixture(scope='module')
def plain(folder):
    return train(folder, 'plain', 0, False)


@pytest.mark.parametrize('workers', [0, 2])
def test_one_process(folder, plain, workers):
    assert_same(train(folder, f'in-memory-{workers}', workers, True), plain)


def test_two_processes(folder, processes):
    expected = train_on_two(processes, folder, 'two', False)
    assert_same(train_on_two(processes, folder, 'two-cached', True), expected)
    log = next(Path(folder, 'two-cached').glob('*/*.log')).read_text()
    assert log.count('6 samples of') == 1
    (file,) = {word[:-1] for word in log.split() if word.endswith('.samples,')}
    assert not Path(file).exists()


def test_a_later_run_reads_what_another_one_kept(folder, plain):
    kept = folder / 'kept'
    kept.mkdir()
    assert_same(train(folder, 'first', 2, str(kept)), plain)
    (file,) = kept.iterdir()
    for path in (folder / 'streets').rglob('*.png'):  # same size and time: known to be the same
        stat = path.stat()
        path.write_bytes(bytes(stat.st_size))
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert_same(train(folder, 'second', 0, str(kept)), plain)
    assert list(kept.iterdir()) == [file]
