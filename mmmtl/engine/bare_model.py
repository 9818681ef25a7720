from __future__ import annotations

from typing import Any

from mmengine.model import is_model_wrapper
from torch import nn


def bare_model(model: nn.Module) -> Any:
    """Takes a model out of what distributes it.

    Args:
        model: The model of a Runner, wrapped (``MMDistributedDataParallel`` and its like) or not.

    Returns:
        The model itself.
    """
    return model.module if is_model_wrapper(model) else model
