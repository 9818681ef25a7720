"""What a training step costs with stored features, and without."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.optim import build_optim_wrapper
from mmseg.registry import DATASETS

from mmmtl.apis.feature_cache import build_network, without_features
from mmmtl.compat.amp import adapt_amp_to_machine
from mmmtl.compat.scope import config_scope, registry_scope
from mmmtl.datasets.transforms import LoadFeatures


class StepCosts(NamedTuple):
    """Seconds of a training step, its samples loaded and the optimizer's step included."""

    computed: float
    """With the backbone."""
    stored: float
    """With stored features."""

    def __str__(self) -> str:
        return (
            f'a step with the backbone {self.computed:.3g} s, with stored features '
            f'{self.stored:.3g} s: {self.computed / self.stored:.1f} times as fast'
        )


def compare_steps(cfg: Config, folder: str | Path, steps: int, device: str = 'cpu') -> StepCosts:
    """Times training steps with and without stored features, by turns.

    Args:
        cfg: The config.
        folder: The folder with the features of its training set.
        steps: How many steps of each kind, after one that does not count.
        device: Where to train. Defaults to the CPU.

    Returns:
        The median seconds of a step: processor time on the CPU, else time by the clock.
    """
    clock = time.process_time if torch.device(device).type == 'cpu' else time.perf_counter
    with registry_scope(config_scope(cfg)):
        cfg = without_features(cfg)
        adapt_amp_to_machine(cfg)
        model: Any = build_network(cfg).to(device)
        optimizer = build_optim_wrapper(model, cfg.optim_wrapper)
        dataset = DATASETS.build(cfg.train_dataloader.dataset)
        load = LoadFeatures(str(folder))
        size = cfg.train_dataloader.batch_size

        def step(number: int, with_features: bool) -> None:
            indices = [(number * size + one) % len(dataset) for one in range(size)]
            samples = [dataset[index] for index in indices]
            batch = pseudo_collate([load(one) for one in samples] if with_features else samples)
            model.train_step(batch, optim_wrapper=optimizer)
            if clock is time.perf_counter:
                torch.cuda.synchronize()

        spent: dict[bool, list[float]] = {False: [], True: []}
        for number in range(steps + 1):
            for kind, times in spent.items():
                times.append(_time_of(partial(step, number, kind), clock))
    return StepCosts(*(float(np.median(times[1:])) for times in spent.values()))


def _time_of(call: Callable[[], None], clock: Callable[[], float]) -> float:
    start = clock()
    call()
    return clock() - start
