"""The preprint's MTAN and its baselines in plain torch functions, for the tests alone."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.utils.plain.segnet import (
    BLOCKS,
    NUM_CONVS,
    Weights,
    block,
    conv_norm,
    plain_segnet,
    pool,
    unpool,
)


def attend(
    u: Tensor, a: Tensor | None, p: Tensor, weights: Weights, name: str, training: bool
) -> Tensor:
    if a is not None:
        u = torch.cat((u, conv_norm(a, weights(f'{name}.f'), training).relu()), dim=1)
    down = u.shape[-1] > p.shape[-1]
    x = conv_norm(u, weights(f'{name}.g'), training, stride=2 if down else 1).relu()
    if not down:
        x = F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=True)
    return (conv_norm(x, weights(f'{name}.h'), training).sigmoid() + 1) * p


def plain_mtan_v1(
    image: Tensor, weights: Weights, tasks: list[str], training: bool = False
) -> dict[str, Tensor]:
    net = plain_segnet(image, weights, training=training)
    results = {}
    for task in tasks:
        a = None
        for j in range(BLOCKS):
            a = attend(net.u[j], a, net.pooled[j], weights, f'{task}.encoder.{j}', training)
        u = net.pooled[-1]
        for j in range(BLOCKS):
            a = attend(u, a, net.decoded[j], weights, f'{task}.decoder.{j}', training)
            u = net.decoded[j]
        results[task] = a
    return results


def plain_mtlbl1(
    image: Tensor, weights: Weights, tasks: list[str], training: bool = False
) -> dict[str, Tensor]:
    shared = plain_segnet(image, weights, 'shared.', training)
    results = {}
    for task in tasks:
        x, indices = image, []
        for j in range(BLOCKS):
            x = block(x, weights, f'{task}.encoder.{j}', NUM_CONVS[j], training)[-1]
            x, index = pool(x)
            x = x + shared.pooled[j]
            indices.append(index)
        for j in range(BLOCKS):
            x = unpool(x, indices.pop())
            x = block(x, weights, f'{task}.decoder.{j}', NUM_CONVS[BLOCKS - 1 - j], training)[-1]
            x = x + shared.decoded[j]
        results[task] = x
    return results


def plain_mtlbl2(
    image: Tensor, weights: Weights, tasks: list[str], training: bool = False
) -> dict[str, Tensor]:
    x = image
    u, pooled, indices = [], [], []
    for j in range(BLOCKS):
        first, *_, x = block(x, weights, f'encoder.{j}', NUM_CONVS[j], training)
        x, index = pool(x)
        u.append(first)
        pooled.append(x)
        indices.append(index)
    results = {}
    for task in tasks:
        a = None
        for j in range(BLOCKS):
            a = attend(u[j], a, pooled[j], weights, f'{task}.encoder.{j}', training)
        for j in range(BLOCKS):
            a = unpool(a, indices[BLOCKS - 1 - j])
            a = block(a, weights, f'{task}.decoder.{j}', NUM_CONVS[BLOCKS - 1 - j], training)[-1]
        results[task] = a
    return results
