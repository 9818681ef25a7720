from __future__ import annotations

from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.losses.pixel_loss import PixelLoss


@MODELS.register_module()
class MaskedL2Loss(PixelLoss):
    r"""Mean squared error over valid pixels.

    .. math:: L = \frac{1}{C |V|} \sum_{p \in V} \lVert \hat{y}_p - y_p \rVert^2

    Args are those of :class:`~mmmtl.models.losses.PixelLoss`; the name is ``'loss_l2'``.

    >>> import torch
    >>> valid = torch.tensor([[[[True, True, False]]]])
    >>> label = torch.tensor([[[[1.0, 2.0, 0.0]]]])
    >>> MaskedL2Loss()(torch.tensor([[[[2.0, 4.0, 9.0]]]]), label, valid)  # (1 + 4) / 2
    tensor(2.5000)
    """

    default_name = 'loss_l2'

    def errors(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Squares the differences.

        Args:
            prediction: Shape (N, C, H, W).
            label: Shape (N, C, H, W).
            valid: Not read.

        Returns:
            A tensor of the same shape.
        """
        return (prediction - label).square()
