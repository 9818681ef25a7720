"""MTAN in plain torch functions, written from the paper's equations for the tests alone.

It shares no code with the package: weights come in as a dict of tensors under names of its own, and
each batch normalisation is spelled out.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

NUM_CONVS = (2, 2, 3, 3, 3)
BLOCKS = len(NUM_CONVS)

Weights = Callable[[str], dict[str, Tensor]]
"""Gives, for the name of a convolution with normalisation, its ``weight``, ``bias``, ``gamma``,
``beta``, ``mean`` and ``var``; for a plain convolution its ``weight`` and ``bias``."""


def conv_norm(x: Tensor, w: dict[str, Tensor], training: bool) -> Tensor:
    x = F.conv2d(x, w['weight'], w['bias'], padding=w['weight'].shape[-1] // 2)
    if training:
        mean = x.mean(dim=(0, 2, 3))
        var = x.var(dim=(0, 2, 3), unbiased=False)
    else:
        mean, var = w['mean'], w['var']
    x = (x - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt()
    return x * w['gamma'][:, None, None] + w['beta'][:, None, None]


def plain_mtan(
    image: Tensor, weights: Weights, tasks: list[str], training: bool = False
) -> dict[str, Tensor]:
    """Gives the last attended features of each task."""

    def conv(x: Tensor, name: str) -> Tensor:
        return conv_norm(x, weights(name), training).relu()

    def mask(x: Tensor, name: str) -> Tensor:
        return conv_norm(conv(x, f'{name}.g'), weights(f'{name}.h'), training).sigmoid()

    u, p, indices = [], [], []
    x = image
    for j in range(BLOCKS):
        for k in range(NUM_CONVS[j]):
            x = conv(x, f'encoder.{j}.{k}')
            if k == 0:
                u.append(x)
        p.append(x)
        x, index = F.max_pool2d(x, 2, 2, return_indices=True)
        indices.append(index)
    unpooled, decoded = [], []
    for j in range(BLOCKS):
        x = F.max_unpool2d(x, indices[BLOCKS - 1 - j], 2, 2)
        unpooled.append(x)
        for k in range(NUM_CONVS[BLOCKS - 1 - j]):
            x = conv(x, f'decoder.{j}.{k}')
        decoded.append(x)

    results = {}
    for task in tasks:
        a = None
        for j in range(BLOCKS):
            seen = u[j] if a is None else torch.cat((u[j], a), dim=1)
            a_hat = mask(seen, f'{task}.encoder.{j}') * p[j]
            a = F.max_pool2d(conv(a_hat, f'encoder_f.{j}'), 2, 2)
        for j in range(BLOCKS):
            a = F.interpolate(a, scale_factor=2, mode='bilinear', align_corners=True)
            a = conv(a, f'decoder_f.{j}')
            a = mask(torch.cat((unpooled[j], a), dim=1), f'{task}.decoder.{j}') * decoded[j]
        results[task] = a
    return results
