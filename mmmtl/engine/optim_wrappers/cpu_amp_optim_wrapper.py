from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from mmengine.optim import OptimWrapper
from mmseg.registry import OPTIM_WRAPPERS
from torch import nn


@OPTIM_WRAPPERS.register_module()
class CpuAmpOptimWrapper(OptimWrapper):
    """Trains in mixed precision on the CPU: the forward pass runs under autocast in bfloat16.

    mmengine 0.10.7's ``AmpOptimWrapper`` refuses to work without a GPU. bfloat16 has the range of
    float32, so that gradients need no loss scaling. Validation and testing do not go through the
    optimizer wrapper and stay in float32.

    A checkpoint that was trained with ``AmpOptimWrapper`` can be resumed: the state of its loss
    scaler is left out. The arguments are those of mmengine's ``OptimWrapper``.
    """

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Enables autocast around the forward pass.

        Args:
            model: The model being trained.

        Yields:
            Nothing.
        """
        with super().optim_context(model), torch.autocast('cpu', dtype=torch.bfloat16):
            yield

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Loads the optimizer's state.

        Args:
            state_dict: State of this wrapper, of ``OptimWrapper`` or of ``AmpOptimWrapper``.
        """
        super().load_state_dict(
            {key: value for key, value in state_dict.items() if key != 'loss_scaler'}
        )
