"""How time, operations and memory of a network grow with tasks, size and batch."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import torch
from mmengine.config import Config
from mmseg.registry import MODELS

from mmmtl.models.segmentors.task_parts import tasks_of_heads
from mmmtl_bench.run.complexity import count_flops
from mmmtl_bench.run.saved_memory import activation_bytes
from mmmtl_bench.speed.contestant import Contestant, network_of
from mmmtl_bench.speed.rounds import spread, take_turns


class Point(NamedTuple):
    """A network at a size of images and of batches."""

    tasks: int
    size: tuple[int, int]
    batch: int


class Cost(NamedTuple):
    """What a training step of it costs."""

    flops: float
    """Multiply-adds of the forward pass of the batch."""
    saved_bytes: float
    """What is kept of the batch for the backward pass."""
    seconds: float | None
    """Of a step; None where it was not timed."""


def with_tasks(cfg: Config, count: int) -> Config:
    """Gives the config of a network with a number of equal tasks.

    Args:
        cfg: The config of a network of several tasks.
        count: How many tasks: copies of the last one, ``task1``, ``task2``, ...

    Returns:
        A new config, whose loss weighting is equal.
    """
    new = copy.deepcopy(cfg)
    *_, (last, head) = new.model.decode_head.items()
    definition = tasks_of_heads({last: head}, new.model.get('tasks'))[last].definition()
    names = [f'task{number + 1}' for number in range(count)]
    new.model.decode_head = {name: copy.deepcopy(head) for name in names}
    new.model.tasks = {name: copy.deepcopy(definition) for name in names}
    new.model.loss_weighting = dict(type='EqualWeighting')
    return new


def cost_of(
    cfg: Config,
    point: Point,
    rounds: int,
    memory: float,
    clock: Callable[[], float] = time.perf_counter,
) -> Cost:
    """Measures a training step on the CPU.

    Args:
        cfg: The config of a network, whose tasks are changed.
        point: Tasks, size and batch.
        rounds: How often a step is timed; the median counts.
        memory: Bytes; a step that would keep more is not timed.
        clock: Gives seconds. Defaults to the time on the wall.

    Returns:
        The cost.
    """
    cfg = with_tasks(cfg, point.tasks)
    build: Callable[[], Any] = partial(MODELS.build, cfg.model)
    kept = activation_bytes(build(), point.size)[0] * point.batch
    model = build()
    flops = count_flops(model.to('meta'), point.size) * point.batch
    if kept > memory:
        return Cost(flops, kept, None)
    torch.manual_seed(0)
    model = build()
    contestant = Contestant(
        network_of(model), model, cfg, 'cpu', torch.float32, ('channels_last', 'fused')
    )
    images = contestant.prepare(torch.rand(point.batch, 3, *point.size))
    seconds = take_turns({'step': partial(contestant.train_step, images)}, rounds, clock=clock)
    return Cost(flops, kept, spread(seconds['step']).median)
