"""Random predictions and labels for the tests of losses over pixels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.autograd import gradcheck

SIZE = (5, 6)


def loss_batch(channels: int = 1, kind: str = 'numbers') -> tuple[Tensor, Tensor, Tensor]:
    """Makes a batch of two images, the same one at every call.

    Args:
        channels: Channels of prediction and label. Defaults to 1.
        kind: ``'numbers'``, any; ``'positive'`` ones; ``'mask'``: logits, and zeros and ones; or
            ``'classes'``: logits, and a one in one of the channels.

    Returns:
        Prediction and label in float64, shape (2, C, 5, 6), and what is valid, (2, 1, 5, 6).
    """
    generator = torch.Generator().manual_seed(0)
    shape = (2, channels, *SIZE)
    prediction = torch.randn(shape, generator=generator, dtype=torch.float64)
    label = torch.randn(shape, generator=generator, dtype=torch.float64)
    if kind == 'positive':
        prediction, label = prediction.abs() + 0.2, label.abs() + 0.2
    elif kind == 'mask':
        prediction, label = 3 * prediction, (label > 0.7).double()
    elif kind == 'classes':
        chosen = label.argmax(dim=1, keepdim=True)
        label = torch.zeros_like(label).scatter(1, chosen, 1.0)
    valid = torch.rand((2, 1, *SIZE), generator=generator) > 0.3
    return prediction, label, valid


def pixels(*rows: list[float]) -> Tensor:
    """Makes a map (1, C, 1, N) of a row of numbers for each channel."""
    return torch.tensor(rows, dtype=torch.float64)[None, :, None]


def assert_gradients(loss, prediction: Tensor, label: Tensor, valid: Tensor) -> None:
    """Compares the gradient of a loss with differences."""
    prediction = prediction.clone().requires_grad_()
    assert gradcheck(lambda maps: loss(maps, label, valid), (prediction,), fast_mode=True)
