from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from mmengine.optim import BaseOptimWrapper
from torch import Tensor, nn

from mmmtl.models.loss_weighting import TaskLosses


class LossesAfterStep:
    """Computes the losses of the last training batch once more, with the current parameters.

    The network runs in training mode, as the first time, without gradients. Its buffers are put
    back afterwards: running statistics count each batch once.

    Args:
        model: The segmentor, not wrapped; has a ``loss_weighting``.
    """

    def __init__(self, model: nn.Module) -> None:
        self._model = model
        self._weighting: nn.Module = model.get_submodule('loss_weighting')
        self._inputs: tuple[tuple[Any, ...], dict[str, Any]] | None = None
        self._losses: TaskLosses | None = None
        self._handles = [
            model.register_forward_pre_hook(self._keep_inputs, with_kwargs=True),
            self._weighting.register_forward_pre_hook(self._keep_losses),
        ]

    def compute(self, optim_wrapper: BaseOptimWrapper) -> TaskLosses | None:
        """Runs the network on the last batch.

        Args:
            optim_wrapper: The optimizer wrapper of the Runner, for its mixed precision.

        Returns:
            The losses, or None if the batch has no labels, or if they are not finite and
            ``train_cfg.non_finite_loss='skip'``.
        """
        if self._inputs is None:
            return None
        (args, kwargs), self._inputs, self._losses = self._inputs, None, None
        buffers = [(buffer, buffer.clone()) for buffer in self._buffers()]
        self._weighting.eval()
        try:
            with torch.no_grad(), optim_wrapper.optim_context(self._model):
                self._model(*args, **kwargs)
        finally:
            self._weighting.train()
            for buffer, before in buffers:
                buffer.copy_(before)
        return self._losses

    def _buffers(self) -> Iterator[Tensor]:
        """Gives all buffers but the weighting's, which changes nothing in evaluation."""
        for name, buffer in self._model.named_buffers():
            if not name.startswith('loss_weighting.'):
                yield buffer

    def remove(self) -> None:
        """Lets the model go."""
        for handle in self._handles:
            handle.remove()

    def _keep_inputs(
        self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if self._weighting.training:
            self._inputs = (args, kwargs)

    def _keep_losses(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        self._losses = args[0]
