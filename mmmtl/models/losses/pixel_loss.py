from __future__ import annotations

from abc import abstractmethod

import torch
from torch import Tensor

from mmmtl.models.losses.map_loss import MapLoss


class PixelLoss(MapLoss):
    """Base of the losses that are a mean over the valid pixels of a batch.

    Subclasses compute the error of each pixel.

    Args:
        loss_weight: See :class:`~mmmtl.models.losses.MapLoss`.
        loss_name: See :class:`~mmmtl.models.losses.MapLoss`.
        log_space: Whether prediction and label are compared by their logarithms; both must be
            positive. Defaults to False.
    """

    def __init__(
        self, loss_weight: float = 1.0, loss_name: str | None = None, log_space: bool = False
    ) -> None:
        super().__init__(loss_weight, loss_name)
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

    def batch_loss(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the loss without its weight.

        Args:
            prediction: Shape (N, C, H, W).
            label: Shape (N, C, H, W).
            valid: Boolean, shape (N, 1, H, W).

        Returns:
            The loss, a scalar.
        """
        known = log_of_valid if self.log_space else of_valid
        prediction, label = known(prediction, valid), known(label, valid)
        return valid_mean(self.errors(prediction, label, valid), valid)


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
