from __future__ import annotations

import torch
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.losses.pixel_loss import PixelLoss


@MODELS.register_module()
class EndPointLoss(PixelLoss):
    r"""Mean distance between two vectors over valid pixels, the end-point error of a flow.

    .. math:: L = \frac{1}{|V|} \sum_{p \in V} \lVert \hat{v}_p - v_p \rVert

    Args:
        loss_weight: See :class:`~mmmtl.models.losses.PixelLoss`.
        loss_name: Defaults to ``'loss_epe'``.

    >>> import torch
    >>> valid = torch.ones(1, 1, 1, 1, dtype=torch.bool)
    >>> flow, label = torch.tensor([3.0, 4.0]), torch.zeros(2)
    >>> EndPointLoss()(flow.view(1, 2, 1, 1), label.view(1, 2, 1, 1), valid)
    tensor(5.)
    """

    default_name = 'loss_epe'

    def __init__(self, loss_weight: float = 1.0, loss_name: str | None = None) -> None:
        super().__init__(loss_weight, loss_name)

    def errors(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the distances.

        Args:
            prediction: Shape (N, C, H, W).
            label: Shape (N, C, H, W).
            valid: Not read.

        Returns:
            Distances of shape (N, 1, H, W).
        """
        squared = (prediction - label).square().sum(dim=1, keepdim=True)
        differs = squared > 0  # the root has an infinite gradient at 0
        return torch.where(differs, squared, 1.0).sqrt() * differs
