"""The baseline Dense in plain torch functions, for the tests alone."""

from __future__ import annotations

import torch
from torch import Tensor

from tests.utils.plain.segnet import BLOCKS, NUM_CONVS, Weights, block, plain_segnet, pool, unpool


def plain_dense(
    image: Tensor, weights: Weights, tasks: list[str], training: bool = False
) -> dict[str, Tensor]:
    shared = plain_segnet(image, weights, 'shared.', training)
    results = {}
    for task in tasks:
        x, indices = image, []
        for j in range(BLOCKS):
            if j > 0:
                x = torch.cat((x, shared.pooled[j - 1]), dim=1)
            x = block(x, weights, f'{task}.encoder.{j}', NUM_CONVS[j], training)[-1]
            x, index = pool(x)
            indices.append(index)
        for j in range(BLOCKS):
            x = torch.cat((unpool(x, indices.pop()), shared.unpooled[j]), dim=1)
            x = block(x, weights, f'{task}.decoder.{j}', NUM_CONVS[BLOCKS - 1 - j], training)[-1]
        results[task] = x
    return results
