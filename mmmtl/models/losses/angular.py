from __future__ import annotations

import torch
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.losses.pixel_loss import PixelLoss

_ROUNDING = 1e-12
"""Square of the smallest angle that float32 tells from 0, about."""


@MODELS.register_module()
class AngularLoss(PixelLoss):
    r"""Mean angle between two directions over valid pixels, in radians.

    .. math::
        L = \frac{1}{|V|} \sum_{p \in V}
            \operatorname{atan2}(\lVert \hat{n}_p \times n_p \rVert, \hat{n}_p \cdot n_p)

    The gradient of the angle has length 1 however small it is (unlike that of one minus the
    cosine), and is bounded, unlike that of the arc cosine.

    Args:
        loss_weight: See :class:`~mmmtl.models.losses.PixelLoss`.
        loss_name: Defaults to ``'loss_angular'``.

    >>> import torch
    >>> valid = torch.ones(1, 1, 1, 1, dtype=torch.bool)
    >>> right, down = torch.tensor([1.0, 0, 0]), torch.tensor([0, 1.0, 0])
    >>> AngularLoss()(right.view(1, 3, 1, 1), down.view(1, 3, 1, 1), valid)  # a right angle
    tensor(1.5708)
    """

    default_name = 'loss_angular'

    def __init__(self, loss_weight: float = 1.0, loss_name: str | None = None) -> None:
        super().__init__(loss_weight, loss_name)

    def errors(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the angles.

        Args:
            prediction: Vectors of any length, shape (N, 3, H, W).
            label: Vectors of any length, shape (N, 3, H, W).
            valid: Not read.

        Returns:
            Angles from 0 to pi, shape (N, 1, H, W).
        """
        cross = torch.linalg.cross(prediction, label, dim=1).square().sum(dim=1, keepdim=True)
        cosine = (prediction * label).sum(dim=1, keepdim=True)
        # The root has an infinite gradient at 0. What is less is rounding: an angle of 0 or pi.
        least = _ROUNDING * (cross + cosine.square()).detach()
        differs = cross > least
        return torch.atan2(torch.where(differs, cross, 1.0).sqrt() * differs, cosine)
