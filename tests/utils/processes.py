"""Runs a function in two processes that train together."""

from __future__ import annotations

import functools

import torch
import torch.distributed as dist
import torch.multiprocessing as mp


def in_each_process(rank, function, folder):
    torch.set_num_threads(1)
    dist.init_process_group('gloo', init_method=f'file://{folder}/store', rank=rank, world_size=2)
    function(rank)
    dist.destroy_process_group()


def on_two_processes(function, folder):
    run = functools.partial(in_each_process, function=function, folder=folder)
    mp.start_processes(run, nprocs=2, start_method='fork')
