from __future__ import annotations

from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.losses.pixel_loss import PixelLoss, of_valid, valid_mean


def masked_l1(prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
    """Computes the mean absolute error over the valid pixels of a batch.

    Without a valid pixel the loss is 0 and its gradient is 0; it stays connected to the graph, so
    that distributed training finds every parameter used.

    Args:
        prediction: Shape (N, C, H, W).
        label: Shape (N, C, H, W).
        valid: Boolean, shape (N, 1, H, W).

    Returns:
        The loss, a scalar in float32 at least.
    """
    return valid_mean((of_valid(prediction, valid) - of_valid(label, valid)).abs(), valid)


@MODELS.register_module()
class MaskedL1Loss(PixelLoss):
    """Mean absolute error over valid pixels.

    The depth loss of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704>`__, equation 5; of unit vectors, the normal loss of
    PASCAL-Context and NYUD-MT in the codes of `ASTMT <https://arxiv.org/abs/1904.08918>`_ and
    MTI-Net. That of `InvPT <https://arxiv.org/abs/2203.07997>`_ sums over the three components
    instead: 3 times as much.

    Args are those of :class:`~mmmtl.models.losses.PixelLoss`; the name is ``'loss_l1'``.

    >>> import torch
    >>> valid = torch.tensor([[[[True, True, False]]]])
    >>> label = torch.tensor([[[[1.0, 2.0, 0.0]]]])
    >>> MaskedL1Loss()(torch.tensor([[[[2.0, 4.0, 9.0]]]]), label, valid)  # (1 + 2) / 2
    tensor(1.5000)
    """

    default_name = 'loss_l1'

    def errors(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Gives the absolute differences.

        Args:
            prediction: Shape (N, C, H, W).
            label: Shape (N, C, H, W).
            valid: Not read.

        Returns:
            A tensor of the same shape.
        """
        return (prediction - label).abs()
