from __future__ import annotations

import math
from abc import abstractmethod
from numbers import Real
from typing import ClassVar

from torch import Tensor, nn


class MapLoss(nn.Module):
    """Base of the losses between predicted maps and labels, over the valid pixels of a batch.

    Without a valid pixel the loss is 0 and its gradient is 0; it stays connected to the graph, so
    that distributed training finds every parameter used.

    Args:
        loss_weight: Factor on the loss. Defaults to 1.
        loss_name: Key of the loss in the head's dict; must begin with ``loss_`` to be part of the
            total. Defaults to None: :attr:`default_name`.

    Raises:
        ValueError: If the factor is no finite number.
    """

    default_name: ClassVar[str]
    """Key of the loss if no other is given."""

    reads_logits: ClassVar[bool] = False
    """Whether predictions are logits of probabilities rather than the numbers themselves."""

    def __init__(self, loss_weight: float = 1.0, loss_name: str | None = None) -> None:
        super().__init__()
        if not isinstance(loss_weight, Real) or not math.isfinite(loss_weight):
            raise ValueError(f'loss_weight: expected a finite number, found {loss_weight!r}.')
        self.loss_weight: float = loss_weight
        self.loss_name = self.default_name if loss_name is None else loss_name

    @abstractmethod
    def batch_loss(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the loss without its weight.

        Args:
            prediction: Shape (N, C, H, W).
            label: Shape (N, C, H, W).
            valid: Boolean, shape (N, 1, H, W).

        Returns:
            The loss, a scalar in float32 at least.
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
        return self.loss_weight * self.batch_loss(prediction, label, valid)
