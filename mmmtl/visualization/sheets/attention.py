"""The attention masks of a network: recorded while it runs, and painted as the papers do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from mmmtl.models.layers import ConvNormAct
from mmmtl.models.segmentors import MultiTaskSegmentor
from mmmtl.visualization.sheets.colors import color_scalars

MASK_COLORMAP = 'viridis'
"""Colour map of :func:`paint_mask`."""

Masks = dict[str, dict[str, Tensor]]
"""Masks of shape (N, C, H, W) by task and block, both in the network's order."""

_BLOCKS = {'attention': 'encoder', 'decoders': 'decoder', 'masks': 'stage'}
"""What to call blocks by the name of the list that holds their masks; others keep that name."""


def find_masks(model: nn.Module, tasks: Collection[str]) -> dict[str, dict[str, nn.Module]]:
    """Finds the layers that compute attention masks.

    A mask is what a :class:`~mmmtl.models.layers.ConvNormAct` that ends in a sigmoid computes, in a
    list of blocks that belongs to a task. All networks of this package that mask features have
    such: MTAN in both forms, on stages and in ResNets, MTLBL2 and MT-UNet.

    Args:
        model: The network.
        tasks: Names of its tasks.

    Returns:
        The layers by task and block, such as ``'encoder 1'``, numbered in the order in which they
        run (the deepest decoder block first); empty without masks.
    """
    found: dict[str, dict[str, nn.Module]] = {}
    for name, module in model.named_modules():
        if not isinstance(module, ConvNormAct) or not isinstance(module[-1], nn.Sigmoid):
            continue
        parts = name.split('.')
        at = next((i for i, part in enumerate(parts) if part in tasks), None)
        number = next((i for i in range(at or 0, len(parts)) if parts[i].isdigit()), None)
        if at is None or number is None:
            continue
        block = parts[number - 1] if number > at + 1 else parts[at - 1]
        key = f'{_BLOCKS.get(block, block)} {int(parts[number]) + 1}'
        found.setdefault(parts[at], {})[key] = module
    return found


@contextmanager
def record_masks(model: nn.Module, tasks: Collection[str]) -> Iterator[Masks]:
    """Records the masks that a network computes inside a ``with`` block.

    Args:
        model: The network; it works as before afterwards.
        tasks: Names of its tasks.

    Yields:
        The masks on the CPU, filled in when the network runs; of several runs the last counts.
    """
    masks: Masks = {}
    handles = []
    for task, blocks in find_masks(model, tasks).items():
        for block, module in blocks.items():
            handles.append(module.register_forward_hook(partial(_record, masks, task, block)))
    try:
        yield masks
    finally:
        for handle in handles:
            handle.remove()


def collect_masks(model: MultiTaskSegmentor, inputs: Tensor) -> Masks:
    """Runs a segmentor on images and gives its attention masks.

    Args:
        model: The segmentor, in the mode (training or evaluation) it is in.
        inputs: Images of shape (N, 3, H, W), normalised as for ``forward()``.

    Returns:
        The masks by task and block, on the CPU; empty without masks.
    """
    with torch.no_grad(), record_masks(model, model.tasks) as masks:
        model(inputs, mode='tensor')
    return masks


def paint_mask(mask: Tensor | np.ndarray, size: tuple[int, int] | None = None) -> np.ndarray:
    """Paints one channel of a mask, rescaled to its own range as in the papers' figures.

    The smallest value gets the first colour of :data:`MASK_COLORMAP` and the largest the last, so
    that the colours of two masks do not compare.

    Args:
        mask: Shape (H, W).
        size: Height and width of the picture, of nearest pixels. Defaults to None: the mask's.

    Returns:
        RGB, uint8 of shape (height, width, 3).
    """
    values = np.asarray(mask, dtype=np.float64)
    low, high = float(values.min()), float(values.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    painted = color_scalars(values, (low, high), colormap=MASK_COLORMAP)
    if size is None:
        return painted
    return cv2.resize(painted, size[::-1], interpolation=cv2.INTER_NEAREST_EXACT)


def _record(
    masks: Masks,
    task: str,
    block: str,
    _module: nn.Module,
    _inputs: tuple,
    output: Tensor,
) -> None:
    masks.setdefault(task, {})[block] = output.detach().cpu()
