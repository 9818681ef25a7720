from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import torch
from torch import Tensor, nn


class PixelLoss(nn.Module):
    """Base of the losses over the valid pixels of a batch.

    Subclasses compute the error of each pixel; the loss is its mean over the valid pixels. Without
    a valid pixel the loss is 0 and its gradient is 0; it stays connected to the graph, so that
    distributed training finds every parameter used.

    Args:
        loss_weight: Factor on the loss. Defaults to 1.
        loss_name: Key of the loss in the head's dict; must begin with ``loss_`` to be part of the
            total. Defaults to None: :attr:`default_name`.
        log_space: Whether prediction and label are compared by their logarithms; both must be
            positive. Defaults to False.
    """

    default_name: ClassVar[str]
    """Key of the loss if no other is given."""

    def __init__(
        self, loss_weight: float = 1.0, loss_name: str | None = None, log_space: bool = False
    ) -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.loss_name = self.default_name if loss_name is None else loss_name
        self.log_space = log_space

    @abstractmethod
    def errors(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the error of each pixel.

        Args:
            prediction: Shape (N, C, H, W), float32 at least; invalid pixels are 0.
            label: Shape (N, C, H, W), float32 at least; invalid pixels are 0.
            valid: Boolean, shape (N, 1, H, W).

        Returns:
            Errors of shape (N, C, H, W) or (N, 1, H, W); those of invalid pixels must be finite,
            and so must their gradient.
        """

    def forward(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the loss.

        Args:
            prediction: Shape (N, C, H, W).
            label: Shape (N, C, H, W).
            valid: Boolean, shape (N, 1, H, W).

        Returns:
            The weighted loss, a scalar.
        """
        known = log_of_valid if self.log_space else of_valid
        prediction, label = known(prediction, valid), known(label, valid)
        return self.loss_weight * valid_mean(self.errors(prediction, label, valid), valid)


def valid_mean(errors: Tensor, valid: Tensor) -> Tensor:
    """Averages errors over valid pixels and all channels.

    Args:
        errors: Finite, shape (N, C, H, W).
        valid: Boolean, shape (N, 1, H, W).

    Returns:
        The mean, a scalar; 0 without a valid pixel.
    """
    total = errors.masked_fill(~valid, 0).sum()
    return total / (valid.sum() * errors.shape[1]).clamp(min=1)


def of_valid(values: Tensor, valid: Tensor) -> Tensor:
    """Gives the values of valid pixels, and zeros elsewhere.

    What stands in the other pixels leaves no trace, neither in a sum nor in a gradient, be it NaN,
    infinite or huge.

    Args:
        values: Shape (N, C, H, W).
        valid: Boolean, shape (N, 1, H, W).

    Returns:
        A tensor of the same shape, in float32 at least.
    """
    return torch.where(valid, _at_least_float32(values), 0.0)


def log_of_valid(values: Tensor, valid: Tensor) -> Tensor:
    """Gives logarithms of valid pixels, and zeros without a gradient elsewhere.

    Args:
        values: Shape (N, C, H, W). Values below 1e-6 count as that, with a gradient of 0.
        valid: Boolean, shape (N, 1, H, W).

    Returns:
        A tensor of the same shape, in float32 at least.
    """
    return torch.where(valid, _at_least_float32(values), 1.0).clamp(min=1e-6).log()


def _at_least_float32(values: Tensor) -> Tensor:
    return values.to(torch.promote_types(values.dtype, torch.float32))
