"""A task of every kind, and random label maps with holes."""

from __future__ import annotations

import numpy as np
import torch

from mmmtl.tasks import NORMAL, BinaryTask, ClassTask, ScalarTask, Task, VectorTask

PARTS = ClassTask(name='parts', classes=('head', 'body', 'legs'))
EDGE = BinaryTask(name='edge')
HEIGHT = ScalarTask(name='height', unit='m')
METRES = ScalarTask(name='metres', unit='depth')
INVERSE = ScalarTask(name='inverse', unit='inverse_depth', invalid=-1)
SHIFT = ScalarTask(name='shift', unit='disparity')
ALBEDO = VectorTask(name='albedo', channels=3)
FLOW = VectorTask(name='flow', channels=2, along_image=True)
MARKED_FLOW = VectorTask(name='marked_flow', channels=3, along_image=True, invalid=-1)

KINDS = (PARTS, EDGE, HEIGHT, METRES, INVERSE, SHIFT, NORMAL, ALBEDO, FLOW, MARKED_FLOW)
"""Tasks of every kind and every way to move."""


def random_map(task: Task, size: tuple[int, int], seed: int = 0) -> np.ndarray:
    """Makes a label map with holes, as the loaders give it."""
    rng = np.random.default_rng(seed)
    label = task.empty_map(size)
    if task.holds_ids:
        values = rng.integers(0, 3, label.shape)
    elif task.is_classification:
        values = rng.integers(0, 2, label.shape)
    elif task.kind == 'direction':
        values = rng.normal(size=label.shape)
        values /= np.linalg.norm(values, axis=2, keepdims=True)
    else:
        values = rng.uniform(0.5, 2, label.shape)
    labelled = rng.random(size) > 0.3
    label[labelled] = values[labelled]
    return label


def as_tensor(label: np.ndarray) -> torch.Tensor:
    """Gives a label map channels first, as data samples hold it."""
    return torch.from_numpy(label.reshape(*label.shape[:2], -1).copy()).movedim(-1, 0)


def valid_pixels(task: Task, label: np.ndarray) -> np.ndarray:
    """Tells where a label map has a label, shape (H, W)."""
    return task.valid_mask(as_tensor(label))[0].numpy()
