"""Gradients that wait for the step of the optimizer while a checkpoint is written."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmmtl.engine.bare_model import bare_model


def waiting_gradients(model: nn.Module) -> dict[str, Tensor]:
    """Gives the gradients that no step of the optimizer has taken yet.

    The optimizer wrappers of mmengine drop gradients after each step: there are some only between
    the batches that ``accumulative_counts`` joins.

    Args:
        model: The model, wrapped or not.

    Returns:
        Gradients on the CPU by the names of their parameters.
    """
    return {
        name: parameter.grad.detach().cpu()
        for name, parameter in bare_model(model).named_parameters()
        if parameter.grad is not None
    }


def put_back(model: nn.Module, gradients: Mapping[str, Tensor]) -> None:
    """Puts gradients back where :func:`waiting_gradients` found them.

    Args:
        model: The model, wrapped or not.
        gradients: Gradients by the names of their parameters.
    """
    parameters = dict(bare_model(model).named_parameters())
    for name, gradient in gradients.items():
        parameters[name].grad = torch.empty_like(parameters[name]).copy_(gradient)
