"""The baseline Cross-Stitch in plain torch functions, for the tests alone."""

from __future__ import annotations

from torch import Tensor

from tests.utils.plain.segnet import BLOCKS, NUM_CONVS, Weights, block, pool, unpool


def plain_cross_stitch(
    image: Tensor,
    weights: Weights,
    tasks: list[str],
    alphas: Tensor,
    training: bool = False,
) -> dict[str, Tensor]:
    """Gives the last features of each task; ``alphas`` has a row for each of the nine units."""
    inputs = dict.fromkeys(tasks, image)
    indices: dict[str, list[Tensor]] = {task: [] for task in tasks}
    outputs: dict[str, Tensor] = {}
    for level in range(2 * BLOCKS):
        if level > 0:
            mixed = 0
            for i, task in enumerate(tasks):
                mixed = mixed + alphas[level - 1, i] * outputs[task]
            inputs = dict.fromkeys(tasks, mixed)
        for task in tasks:
            x = inputs[task]
            if level < BLOCKS:
                x = block(x, weights, f'{task}.encoder.{level}', NUM_CONVS[level], training)[-1]
                x, index = pool(x)
                indices[task].append(index)
            else:
                j = level - BLOCKS
                x = unpool(x, indices[task].pop())
                depth = NUM_CONVS[BLOCKS - 1 - j]
                x = block(x, weights, f'{task}.decoder.{j}', depth, training)[-1]
            outputs[task] = x
    return outputs
