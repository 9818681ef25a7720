"""MT-UNet in plain torch functions, after the paper's equations."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.utils.plain.layers import PlainLayers, join


def conv_relu_norm(x: Tensor, layers: PlainLayers, name: str) -> Tensor:
    return layers.norm(layers.conv(x, f'{name}.0').relu(), f'{name}.2')


def conv_norm(x: Tensor, layers: PlainLayers, name: str) -> Tensor:
    return layers.norm(layers.conv(x, f'{name}.0'), f'{name}.1')


def plain_encoder(image: Tensor, layers: PlainLayers, name: str = '') -> list[Tensor]:
    """Gives the outputs of the four blocks and of the bottleneck."""
    encoded = []
    x = image
    for b in range(4):
        first = conv_relu_norm(x, layers, f'{name}blocks.{b}.first')
        joined = torch.cat((x, first), 1)
        encoded.append(conv_relu_norm(joined, layers, f'{name}blocks.{b}.second'))
        x = F.max_pool2d(encoded[-1], 2)
    for k in range(2):
        x = conv_relu_norm(x, layers, f'{name}bottleneck.{k}')
    weight, bias = (layers.state[f'{name}upsample.{key}'] for key in ('weight', 'bias'))
    return [*encoded, F.conv_transpose2d(x, weight, bias, stride=2)]


def plain_decoders(
    features: Sequence[Tensor],
    layers: PlainLayers,
    tasks: Sequence[str],
    cross_talk: bool,
    name: str = '',
) -> dict[str, list[Tensor]]:
    """Gives the outputs of the decoder blocks of each task."""
    *encoded, bottleneck = features
    decoded = {task: [bottleneck] for task in tasks}
    for b, skip in enumerate(reversed(encoded)):
        before = {task: maps[-1] for task, maps in decoded.items()}
        for task in tasks:
            place = f'{name}decoders.{task}.{b}'
            seen = [before[task]]
            if cross_talk and b == 2:
                seen += [before[other] for other in tasks if other != task]
            u = conv_relu_norm(join(skip, *seen), layers, f'{place}.first')
            g = conv_norm(u, layers, f'{place}.mask.0').relu()
            h = conv_norm(g, layers, f'{place}.mask.1').sigmoid()
            decoded[task].append(h * conv_relu_norm(u, layers, f'{place}.second'))
    return {task: maps[1:] for task, maps in decoded.items()}
