"""Random weights and statistics, so that no part of a model is close to doing nothing."""

from __future__ import annotations

import torch
from torch import nn

NORMS = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm)


def randomise(model: nn.Module) -> None:
    """Draws every parameter and running statistic of a model anew, always the same ones."""
    generator = torch.Generator().manual_seed(0)
    for module in model.modules():
        if isinstance(module, NORMS):
            module.weight.data.copy_(torch.rand(module.weight.shape, generator=generator) + 0.5)
            module.bias.data.copy_(torch.rand(module.bias.shape, generator=generator) - 0.5)
            if isinstance(module, nn.LayerNorm):
                continue
            mean, var = module.running_mean, module.running_var
            mean.copy_(torch.rand(mean.shape, generator=generator) - 0.5)
            var.copy_(torch.rand(var.shape, generator=generator) + 0.5)
            continue
        for parameter in module.parameters(recurse=False):
            noise = torch.randn(parameter.shape, generator=generator)
            fan_in = parameter[0].numel() if parameter.dim() > 1 else 200
            parameter.data.copy_(noise * (2 / fan_in) ** 0.5)
