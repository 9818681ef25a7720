"""SegNet in plain torch functions, written from the paper for the tests alone.

It shares no code with the package: weights come in by names, and each batch normalisation is
spelled out. A block named ``encoder.0`` has the convolutions ``encoder.0:0``, ``encoder.0:1``...
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch.nn.functional as F
from torch import Tensor

NUM_CONVS = (2, 2, 3, 3, 3)
BLOCKS = len(NUM_CONVS)

Weights = Callable[[str], dict[str, Any]]
"""Gives, for the name of a convolution with normalisation, its ``weight``, ``bias``, ``gamma``,
``beta``, ``mean`` and ``var``, or for these four the function ``norm``."""


class PlainSegNet(NamedTuple):
    """What the blocks computed; the decoder's from the deepest up."""

    u: list[Tensor]
    p: list[Tensor]
    pooled: list[Tensor]
    indices: list[Tensor]
    unpooled: list[Tensor]
    decoded: list[Tensor]


def conv_norm(x: Tensor, w: dict[str, Any], training: bool, stride: int = 1) -> Tensor:
    x = F.conv2d(x, w['weight'], w['bias'], stride=stride, padding=w['weight'].shape[-1] // 2)
    if 'norm' in w:
        return w['norm'](x)
    if training:
        mean = x.mean(dim=(0, 2, 3))
        var = x.var(dim=(0, 2, 3), unbiased=False)
    else:
        mean, var = w['mean'], w['var']
    x = (x - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt()
    return x * w['gamma'][:, None, None] + w['beta'][:, None, None]


def block(x: Tensor, weights: Weights, name: str, depth: int, training: bool) -> list[Tensor]:
    """Gives the outputs of all convolutions of a block."""
    outputs = []
    for k in range(depth):
        x = conv_norm(x, weights(f'{name}:{k}'), training).relu()
        outputs.append(x)
    return outputs


def pool(x: Tensor) -> tuple[Tensor, Tensor]:
    return F.max_pool2d(x, 2, 2, return_indices=True)


def unpool(x: Tensor, indices: Tensor) -> Tensor:
    return F.max_unpool2d(x, indices, 2, 2)


def plain_segnet(
    image: Tensor,
    weights: Weights,
    name: str = '',
    training: bool = False,
    num_convs: tuple[int, ...] = NUM_CONVS,
) -> PlainSegNet:
    net = PlainSegNet([], [], [], [], [], [])
    x = image
    for j in range(BLOCKS):
        first, *_, last = block(x, weights, f'{name}encoder.{j}', num_convs[j], training)
        x, index = pool(last)
        net.u.append(first)
        net.p.append(last)
        net.pooled.append(x)
        net.indices.append(index)
    for j in range(BLOCKS):
        x = unpool(x, net.indices[BLOCKS - 1 - j])
        net.unpooled.append(x)
        depth = num_convs[BLOCKS - 1 - j]
        x = block(x, weights, f'{name}decoder.{j}', depth, training)[-1]
        net.decoded.append(x)
    return net
