"""Layers as plain torch functions of a state dict, for references that share no code with mmmtl."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


class PlainLayers:
    """Applies the weights of a state dict, by their names.

    Args:
        state: The state dict, from before the model ran.
        training: Whether batch normalisation uses the batch's statistics.
    """

    def __init__(self, state: dict[str, Tensor], training: bool) -> None:
        self.state = {name: tensor.clone() for name, tensor in state.items()}
        self.training = training

    def conv(self, x: Tensor, name: str, **settings) -> Tensor:
        weight = self.state[f'{name}.weight']
        settings.setdefault('padding', weight.shape[-1] // 2)
        return F.conv2d(x, weight, self.state.get(f'{name}.bias'), **settings)

    def norm(self, x: Tensor, name: str) -> Tensor:
        if self.training:
            mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), unbiased=False)
        else:
            mean, var = (self.state[f'{name}.running_{key}'] for key in ('mean', 'var'))
        x = (x - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt()
        weight, bias = self.state[f'{name}.weight'], self.state[f'{name}.bias']
        return x * weight[:, None, None] + bias[:, None, None]

    def conv_norm(self, x: Tensor, name: str) -> Tensor:
        """The layers of mmcv's ConvModule without its activation."""
        return self.norm(self.conv(x, f'{name}.conv'), f'{name}.bn')

    def residual(self, x: Tensor, name: str) -> Tensor:
        """ResNet's basic block."""
        y = self.conv_norm(self.conv_norm(x, f'{name}.conv1').relu(), f'{name}.conv2')
        if f'{name}.downsample.conv.weight' in self.state:
            x = self.conv_norm(x, f'{name}.downsample')
        return (x + y).relu()


def join(reference: Tensor, *others: Tensor) -> Tensor:
    """Concatenates maps at the size of the first."""
    return torch.cat([reference, *(resize(x, reference.shape[2:]) for x in others)], dim=1)


def resize(x: Tensor, size) -> Tensor:
    return F.interpolate(x, size=tuple(size), mode='bilinear', align_corners=False)
