import functools
from types import SimpleNamespace

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from mmengine.hooks import CheckpointHook, EMAHook
from mmseg.registry import HOOKS
from torch import nn

from mmmtl.engine import SyncNormStatsHook


class Model(nn.Module):
    def __init__(self, rank):
        super().__init__()
        self.norm = nn.BatchNorm2d(2)
        self.norm.running_mean.fill_(rank)
        self.norm.running_var.fill_(10 + rank)
        self.norm.num_batches_tracked.fill_(2**40 + 1)
        self.frozen = nn.BatchNorm2d(2).eval()
        self.frozen.running_mean.fill_(rank)
        self.plain = nn.InstanceNorm2d(2)
        self.register_buffer('seen', torch.tensor([rank == 0]))
        self.register_buffer('own', torch.tensor(float(rank)))


def runner_of(model, iteration=0, by_epoch=True):
    checkpoint = CheckpointHook(interval=2, by_epoch=by_epoch, save_last=False)
    return SimpleNamespace(model=model, hooks=[checkpoint], iter=iteration)


def in_each_process(rank, size, folder):
    dist.init_process_group(
        'gloo', init_method=f'file://{folder}/store', rank=rank, world_size=size
    )
    model, hook = Model(rank), SyncNormStatsHook()
    runner = runner_of(model)

    hook.before_val_epoch(runner)  # nothing was trained
    assert model.norm.running_mean.tolist() == [rank] * 2

    hook.after_train_iter(runner, 0)
    assert model.norm.running_mean.tolist() == [rank] * 2
    hook.after_train_epoch(runner)
    mean = (size - 1) / 2
    assert model.norm.running_mean.tolist() == [mean] * 2
    assert model.norm.running_var.tolist() == [10 + mean] * 2
    assert model.frozen.running_mean.tolist() == [rank] * 2
    assert model.norm.num_batches_tracked.item() == 2**40 + 1
    assert model.norm.num_batches_tracked.dtype == torch.int64
    assert model.seen.item() == (rank == 0)
    assert model.own.item() == rank

    model.norm.running_mean.fill_(rank)
    hook.before_val_epoch(runner)  # nothing was trained since
    assert model.norm.running_mean.tolist() == [rank] * 2

    for iteration, due in ((0, False), (1, True)):  # the checkpoint comes every second iteration
        hook.after_train_iter(runner_of(model, iteration, by_epoch=False), iteration)
        assert model.norm.running_mean.tolist() == [mean if due else rank] * 2
    check_averages(rank, mean)
    dist.destroy_process_group()


def check_averages(rank, mean):
    """The copy that an EMAHook saves has the same statistics as the model that was validated."""
    model, hook, averages = Model(rank), SyncNormStatsHook(), EMAHook(momentum=0.5)
    runner = runner_of(model)
    averages.before_run(runner)
    runner.hooks.append(averages)
    averages.ema_model.update_parameters(model)
    hook.after_train_iter(runner, 0)
    hook.after_train_epoch(runner)
    copy = averages.ema_model.module
    for norm in (model.norm, copy.norm):
        assert norm.running_mean.tolist() == [mean] * 2
        assert norm.running_var.tolist() == [10 + mean] * 2
    assert copy.frozen.running_mean.tolist() == [rank] * 2


def test_processes_agree(tmp_path):
    function = functools.partial(in_each_process, size=2, folder=tmp_path)
    mp.start_processes(function, nprocs=2, start_method='fork')


def test_one_process_changes_nothing():
    model = Model(rank=1)
    hook = SyncNormStatsHook()
    hook.after_train_iter(runner_of(model), 0)
    hook.after_train_epoch(runner_of(model))
    assert model.norm.running_mean.tolist() == [1, 1]


def test_it_is_registered_and_comes_before_the_checkpoint():
    assert HOOKS.get('SyncNormStatsHook') is SyncNormStatsHook
    assert SyncNormStatsHook.priority == 'NORMAL'
    assert CheckpointHook.priority == 'VERY_LOW'


@pytest.mark.parametrize('last', [True, False])
def test_the_last_checkpoint_of_an_iteration_based_run(last):
    model, hook = Model(rank=0), SyncNormStatsHook()
    runner = runner_of(model, iteration=2, by_epoch=False)
    runner.hooks[0].save_last = True
    runner.max_iters = 3 if last else 9
    hook.after_train_iter(runner, 2)
    assert hook._stale is not last
