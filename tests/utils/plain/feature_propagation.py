"""The feature propagation of MTI-Net in plain torch functions."""

from __future__ import annotations

import torch


def plain_propagation(features, layers, name):
    """Task by task and channel by channel, as the paper's text has it."""
    tasks = list(features)
    joined = torch.cat(list(features.values()), dim=1)
    x = layers.residual(joined, f'{name}attention.0')
    x = layers.residual(x, f'{name}attention.1')
    scores = layers.conv(x, f'{name}attention.2').chunk(len(tasks), dim=1)
    total = sum(score.exp() for score in scores)
    attended = [
        score.exp() / total * features[task] for task, score in zip(tasks, scores, strict=True)
    ]
    shared = layers.residual(torch.cat(attended, dim=1), f'{name}reduction')
    outputs = {}
    for task in tasks:
        mean = shared.mean(dim=(2, 3), keepdim=True)
        squeezed = layers.conv(mean, f'{name}selection.{task}.conv1.conv').relu()
        gate = layers.conv(squeezed, f'{name}selection.{task}.conv2.conv').sigmoid()
        outputs[task] = features[task] + gate * shared
    return outputs
