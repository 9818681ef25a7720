"""What a network costs: numbers of parameters, multiply-adds, memory, and seconds."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import torch
import torch.fx.experimental._config
from mmengine.config import Config
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from mmmtl_bench.run.complexity import count_flops, count_params, count_trained_params
from mmmtl_bench.run.saved_memory import activation_bytes
from mmmtl_bench.speed.contestant import Contestant, network_of
from mmmtl_bench.speed.random_batch import random_batch
from mmmtl_bench.speed.rounds import spread, take_turns
from mmmtl_bench.zoo.bare_network import build_bare

_TRAINING_BY_PREDICTION = 3
_NUMBERS_BY_WEIGHT = 4  # itself, its gradient and what Adam remembers of it
_BYTES = 4


def count_costs(cfg: Config, size: tuple[int, int]) -> dict[str, Any]:
    """Counts what a network costs; nothing is computed, all is on torch's meta device.

    Args:
        cfg: The config.
        size: Height and width of the images.

    Returns:
        ``parameters``, ``trained`` ones, ``flops`` (multiply-adds of a prediction for one image),
        ``saved_bytes`` (kept by a training step for its backward pass, by image) and
        ``network_size``, what the image is padded to.
    """
    model: Any = build_bare(cfg, on_meta=True)
    padded = _images(model, size).shape[-2:]
    model.to('meta')
    return dict(
        parameters=count_params(model),
        trained=count_trained_params(model),
        flops=count_flops(model, (padded[0], padded[1])),
        saved_bytes=_saved_bytes(model, (padded[0], padded[1])),
        network_size=list(padded),
    )


def needed_bytes(costs: dict[str, Any]) -> int:
    """Estimates the memory of a training step on one image.

    Args:
        costs: What :func:`count_costs` found.

    Returns:
        Bytes of the weights, gradients, what Adam remembers, and of what the step keeps.
    """
    return costs['parameters'] * _NUMBERS_BY_WEIGHT * _BYTES + costs['saved_bytes']


def time_network(
    cfg: Config, size: tuple[int, int], rounds: int = 3, slow: float = 60.0
) -> dict[str, Any]:
    """Times a training step and a prediction on one image, on the CPU and in float32.

    The step is forward, backward and the config's optimizer, with the mean of the squares of each
    output as loss (:class:`~mmmtl_bench.speed.contestant.Contestant`).

    Args:
        cfg: The config.
        size: Height and width of the image.
        rounds: How often each is timed, after one that is not counted. Defaults to 3.
        slow: Seconds; a training step that is expected to take longer, from the first prediction,
            is made once, and that prediction counts. Defaults to 60.

    Returns:
        ``train_seconds`` and ``predict_seconds``, medians, and ``timed``, how often it was.
    """
    torch.manual_seed(0)
    model: Any = build_bare(cfg)
    let_single_values_pass(model)
    images = _images(model, size)
    contestant = Contestant(network_of(model), model, cfg, 'cpu', torch.float32)
    start = time.perf_counter()
    contestant.predict(images)
    first = time.perf_counter() - start
    if first * _TRAINING_BY_PREDICTION > slow:
        start = time.perf_counter()
        contestant.train_step(images)
        seconds = time.perf_counter() - start
        return dict(train_seconds=seconds, predict_seconds=first, timed=1)
    calls: dict[str, Any] = dict(
        train=partial(contestant.train_step, images), predict=partial(contestant.predict, images)
    )
    found = {name: spread(times).median for name, times in take_turns(calls, rounds).items()}
    return dict(train_seconds=found['train'], predict_seconds=found['predict'], timed=rounds)


def let_single_values_pass(model: nn.Module) -> None:
    """Lets a network train on one image where it pools the whole of it, as an ASPP does.

    A batch normalisation of a single value uses its running estimate, where torch raises an error.

    Args:
        model: The network, changed in place.
    """

    def check(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        if inputs[0].numel() == inputs[0].shape[1]:
            module.eval()

    for module in model.modules():
        if isinstance(module, _BatchNorm):
            module.register_forward_pre_hook(check)


def _saved_bytes(model: Any, size: tuple[int, int]) -> int:
    """What a step keeps, where every pixel has a label: losses that choose among them have all."""
    settings: Any = torch.fx.experimental._config
    with settings.patch(meta_nonzero_assume_all_nonzero=True):
        return activation_bytes(model, size)[1]


def _images(model: Any, size: tuple[int, int]) -> Tensor:
    """One image of noise as the network gets it."""
    return model.data_preprocessor(random_batch(model, size, 1), True)['inputs']
