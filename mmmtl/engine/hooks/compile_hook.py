from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmseg.registry import HOOKS
from torch import nn

from mmmtl.engine.bare_model import bare_model
from mmmtl.engine.network_parts import network_parts


@HOOKS.register_module()
class CompileHook(Hook):
    """Compiles the network for training, and nothing else, by ``torch.compile``.

    Backbone, neck and each head are compiled by themselves: their ``forward`` makes one graph for
    each size of images. Losses, loss weighting, data preprocessor and optimizer stay as they are.
    mmengine's ``compile=True`` compiles the whole training step, with the meta information of the
    images and the learning rate in it, and does so anew in each step.

    Validation and testing run uncompiled: their images have other sizes, and are seen once an
    epoch. Names in checkpoints are those of a run without the hook, which can go on with it, and
    the other way round.

    Args:
        mode: As in ``torch.compile``; ``'reduce-overhead'`` records CUDA graphs, for images of one
            size. Defaults to None.
        backend: As in ``torch.compile``. Defaults to ``'inductor'``.
        dynamic: As in ``torch.compile``. Defaults to False: a graph for each size.
        fullgraph: Whether a break in a graph is an error. Defaults to False.
    """

    def __init__(
        self,
        mode: str | None = None,
        backend: str | Callable = 'inductor',
        dynamic: bool | None = False,
        fullgraph: bool = False,
    ) -> None:
        self._options: dict[str, Any] = dict(
            mode=mode, backend=backend, dynamic=dynamic, fullgraph=fullgraph
        )
        self._parts: list[nn.Module] = []
        self._donates = True

    def before_train(self, runner: Runner) -> None:
        """Has the parts of the network compiled when they are first called.

        Args:
            runner: The runner of the training.
        """
        import torch._functorch.config as functorch

        self._donates = functorch.donated_buffer
        functorch.donated_buffer = False  # methods that look at gradients go back more than once
        self._parts = list(network_parts(bare_model(runner.model)))
        for part in self._parts:
            part.forward = _compiled_in_training(part, self._options)

    def after_train(self, runner: Runner) -> None:
        """Leaves the parts as they were.

        Args:
            runner: The runner of the training.
        """
        import torch._functorch.config as functorch

        functorch.donated_buffer = self._donates
        for part in self._parts:
            del part.forward
        self._parts = []


def _compiled_in_training(part: nn.Module, options: dict[str, Any]) -> Callable:
    plain = part.forward
    compiled = torch.compile(plain, **options)

    def forward(*args: Any, **kwargs: Any) -> Any:
        return (compiled if part.training else plain)(*args, **kwargs)

    return forward
