from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from torch import Tensor, nn

from mmmtl.models.fuse_conv_bn import fuse_conv_bn

Network = Callable[[Tensor], Mapping[str, Tensor]]
"""From images of shape (N, 3, H, W), as the data preprocessor gives them, to an output by task."""

SWITCHES = ('channels_last', 'fused', 'with_cp', 'compile', 'fuse_conv_bn')
"""What a contestant may be made faster by."""


class Contestant:
    """A network whose training steps and predictions are timed.

    A training step is forward, backward and the optimizer's step, and as loss the mean of the
    squares of each output; a prediction is forward without a graph.

    Attributes:
        is_trained: Whether it can make training steps.

    Args:
        network: The network.
        module: Whose parameters are trained.
        cfg: The config, for its optimizer.
        device: Where it computes.
        dtype: In which it computes, float32 or by ``torch.autocast`` another one.
        switches: Some of :data:`SWITCHES`: maps in memory with their channels last; the optimizer
            in one kernel; less memory where a module has the option ``with_cp``; ``torch.compile``
            of the network; batch normalisations folded into convolutions, for predictions alone.
    """

    def __init__(
        self,
        network: Network,
        module: nn.Module,
        cfg: Config,
        device: str,
        dtype: torch.dtype,
        switches: Sequence[str] = (),
    ) -> None:
        self.module = module
        self.is_trained: bool = 'fuse_conv_bn' not in switches
        self.device = device
        self.dtype = dtype
        self.memory_format = (
            torch.channels_last if 'channels_last' in switches else torch.contiguous_format
        )
        for parameter in module.parameters():
            if parameter.dim() == 4:
                parameter.data = parameter.data.contiguous(memory_format=self.memory_format)
        if 'with_cp' in switches:
            for part in filter(lambda part: hasattr(part, 'with_cp'), module.modules()):
                vars(part)['with_cp'] = True
        compiled: Any = torch.compile(network) if 'compile' in switches else network
        self.network: Network = compiled
        self.optimizer = _optimizer(module, cfg, 'fused' in switches)

    def prepare(self, images: Tensor) -> Tensor:
        """Lays images out in memory as this network wants them."""
        return images.contiguous(memory_format=self.memory_format)

    def fuse(self, images: Tensor) -> None:
        """Folds batch normalisations, if this is among the switches; see :func:`fuse_conv_bn`."""
        if not self.is_trained:
            self.module.eval()
            with torch.no_grad():
                fuse_conv_bn(self.module, lambda: self.network(self.prepare(images)))

    def train_step(self, images: Tensor) -> None:
        """Makes a training step on images that are prepared."""
        self.forward_backward(images)
        self.optimizer.step()
        self.optimizer.zero_grad()

    def forward_backward(self, images: Tensor) -> None:
        """Adds to the gradients those of a batch that is prepared."""
        self.module.train()
        with self._precision():
            outputs = self.network(images)
        losses = [output.float().square().mean() for output in outputs.values()]
        torch.stack(losses).sum().backward()

    def predict(self, images: Tensor) -> dict[str, Tensor]:
        """Predicts for images that are prepared."""
        self.module.eval()
        with torch.no_grad(), self._precision():
            return dict(self.network(images))

    def _precision(self) -> contextlib.AbstractContextManager:
        if self.dtype == torch.float32:
            return contextlib.nullcontext()
        return torch.autocast(torch.device(self.device).type, self.dtype)


def network_of(model: Any) -> Network:
    """Gives the network of a segmentor: backbone, neck and heads, without losses.

    Args:
        model: A ``MultiTaskSegmentor``.
    """

    def network(images: Tensor) -> dict[str, Tensor]:
        features = model.extract_feat(images)
        return {task: head.forward(features[task]) for task, head in model.decode_head.items()}

    return network


def _optimizer(module: nn.Module, cfg: Config, fused: bool) -> torch.optim.Optimizer:
    wrapper = copy.deepcopy(dict(cfg.optim_wrapper))
    wrapper = dict(type='OptimWrapper', optimizer=dict(wrapper['optimizer']))
    if fused:
        wrapper['optimizer']['fused'] = True
    built: Any = build_optim_wrapper(module, wrapper)
    return built.optimizer
