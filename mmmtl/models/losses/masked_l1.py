from __future__ import annotations

from mmseg.registry import MODELS
from torch import Tensor, nn


def masked_l1(prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
    """Computes the mean absolute error over the valid pixels of a batch.

    Without a valid pixel the loss is 0 and its gradient is 0; it stays connected to the graph, so
    that distributed training finds every parameter used.

    Args:
        prediction: Shape (N, C, H, W).
        label: Shape (N, C, H, W).
        valid: Boolean, shape (N, 1, H, W).

    Returns:
        The loss, a float32 scalar.
    """
    error = (prediction.float() - label.float()).abs()
    total = error.masked_fill(~valid, 0).sum()
    return total / (valid.sum() * prediction.shape[1]).clamp(min=1)


@MODELS.register_module()
class MaskedL1Loss(nn.Module):
    """Mean absolute error over valid pixels, see :func:`masked_l1`.

    The depth loss of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704>`_, equation 5.

    Args:
        loss_weight: Factor on the loss. Defaults to 1.
        loss_name: Key of the loss in the head's dict; must begin with ``loss_`` to be part of the
            total. Defaults to ``'loss_l1'``.
    """

    def __init__(self, loss_weight: float = 1.0, loss_name: str = 'loss_l1') -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.loss_name = loss_name

    def forward(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the loss.

        Args:
            prediction: Shape (N, C, H, W).
            label: Shape (N, C, H, W).
            valid: Boolean, shape (N, 1, H, W).

        Returns:
            The weighted loss, a scalar.
        """
        return self.loss_weight * masked_l1(prediction, label, valid)
