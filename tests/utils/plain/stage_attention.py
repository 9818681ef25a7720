"""Attention over stages in plain torch functions, written from the equations for the tests alone.

It shares no code with the package: weights come in as a state dict, and each normalisation is
spelled out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

State = Mapping[str, Tensor]


def norm(x: Tensor, state: State, name: str, training: bool) -> Tensor:
    if training:
        mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), unbiased=False)
    else:
        mean, var = state[f'{name}.running_mean'], state[f'{name}.running_var']
    x = (x - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt()
    return x * state[f'{name}.weight'][:, None, None] + state[f'{name}.bias'][:, None, None]


def conv_norm(x: Tensor, state: State, conv: str, bn: str, training: bool, **how: int) -> Tensor:
    x = F.conv2d(x, state[f'{conv}.weight'], state.get(f'{conv}.bias'), **how)
    return norm(x, state, bn, training)


def residual_block(
    x: Tensor, state: State, name: str, training: bool, stride: int = 1, dilation: int = 1
) -> Tensor:
    """A bottleneck block if there is a third convolution, else a basic one."""

    def layer(x: Tensor, k: int, **how: int) -> Tensor:
        return conv_norm(x, state, f'{name}.conv{k}', f'{name}.bn{k}', training, **how)

    wide = dict(stride=stride, dilation=dilation, padding=dilation)
    if f'{name}.conv3.weight' in state:
        y = layer(layer(layer(x, 1).relu(), 2, **wide).relu(), 3)
    else:
        y = layer(layer(x, 1, **wide).relu(), 2, padding=1)
    if f'{name}.downsample.0.weight' in state:
        down = f'{name}.downsample'
        x = conv_norm(x, state, f'{down}.0', f'{down}.1', training, stride=stride)
    return (y + x).relu()


def mask(x: Tensor, state: State, name: str, training: bool) -> Tensor:
    x = conv_norm(x, state, f'{name}.0.0', f'{name}.0.1', training).relu()
    return conv_norm(x, state, f'{name}.1.0', f'{name}.1.1', training).sigmoid()


def attend(
    stages: list[tuple[Tensor, Tensor]],
    state: State,
    task: str,
    shared: Callable[[Tensor, int], Tensor],
    training: bool,
) -> list[Tensor]:
    """Gives the attended features of stages of (seen, masked) features."""
    attended: list[Tensor] = []
    for j, (seen, masked) in enumerate(stages):
        x = seen
        if j > 0:
            own = shared(attended[-1], j - 1)
            height, width = seen.shape[2:]
            if own.shape[2] > height:
                assert own.shape[2:] == (2 * height, 2 * width)
                own = F.max_pool2d(own, 2)
            elif own.shape[2] < height:
                own = F.interpolate(own, (height, width), mode='bilinear', align_corners=True)
            x = torch.cat((seen, own), dim=1)
        attended.append(mask(x, state, f'attention.{task}.masks.{j}', training) * masked)
    return attended
