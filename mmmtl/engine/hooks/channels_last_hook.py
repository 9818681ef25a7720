from __future__ import annotations

from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmseg.registry import HOOKS
from torch import Tensor, nn

from mmmtl.engine.bare_model import bare_model


@HOOKS.register_module()
class ChannelsLastHook(Hook):
    """Keeps images, and with them all feature maps, in memory pixel by pixel.

    Convolutions of a GPU in half precision work on this layout (``torch.channels_last``); in the
    other one each converts what it reads and writes. Weights change their layout, not their shape:
    checkpoints fit runs without the hook, and the other way round.
    """

    def __init__(self) -> None:
        self._handle: Any = None

    def before_train(self, runner: Runner) -> None:
        """Turns the weights, and from now on the images that the backbone gets.

        Not earlier: weights that are drawn at random are drawn in the order of the memory.

        Args:
            runner: The runner of the training.
        """
        model = bare_model(runner.model)
        backbone = getattr(model, 'backbone', None)
        if self._handle is None and isinstance(backbone, nn.Module):
            model.to(memory_format=torch.channels_last)
            self._handle = backbone.register_forward_pre_hook(_turn)


def _turn(_: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        value.contiguous(memory_format=torch.channels_last)
        if isinstance(value, Tensor) and value.ndim == 4
        else value
        for value in args
    )
