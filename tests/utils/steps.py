"""A network with a comparison, small enough to be exported in a moment."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.export import ExportedProgram

SHAPE = (1, 32, 48)
"""Batch, height and width of the images that the graph is recorded with."""

THRESHOLD = 100.00001
"""100 and 101 lie on different sides of it."""


class Steps(nn.Module):
    """A network with a jump: 5 where the red value reaches a threshold, else 0, and the green value
    in 255ths added."""

    image_type = 'uint8'
    dtype = torch.uint8
    threshold: Tensor

    def __init__(self, threshold: float = THRESHOLD, gain: float = 1.0) -> None:
        super().__init__()
        self.register_buffer('threshold', torch.tensor(threshold))
        self.gain = gain

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        """Predicts the map ``step`` of images (N, H, W, 3)."""
        is_above = image[..., 0].float() >= self.threshold
        return {'step': self.gain * (5 * is_above + image[..., 1] / 255)[:, None]}

    def run(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Predicts from arrays to arrays."""
        with torch.no_grad():
            outputs = self(torch.from_numpy(image))
        return {name: output.numpy() for name, output in outputs.items()}


def trace(network: nn.Module) -> ExportedProgram:
    """Records the graph of a network for images of :data:`SHAPE`."""
    image = torch.zeros((*SHAPE, 3), dtype=torch.uint8)
    return torch.export.export(network, (image,))
