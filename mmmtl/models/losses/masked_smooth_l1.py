from __future__ import annotations

import torch.nn.functional as F
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.losses.pixel_loss import PixelLoss


@MODELS.register_module()
class MaskedSmoothL1Loss(PixelLoss):
    r"""Smooth absolute error over valid pixels: squared for small errors, absolute for large ones.

    `Fast R-CNN <https://arxiv.org/abs/1504.08083>`_, equation 3. With :math:`e = |\hat{y} - y|`,
    the error of a pixel is :math:`e^2 / (2 \beta)` if :math:`e < \beta`, else
    :math:`e - \beta / 2`.

    Args:
        beta: Error :math:`\beta` where the two meet, positive. Defaults to 1.
        loss_weight: See :class:`~mmmtl.models.losses.PixelLoss`.
        loss_name: Defaults to ``'loss_smooth_l1'``.
        log_space: See :class:`~mmmtl.models.losses.PixelLoss`.

    Raises:
        ValueError: If beta is not positive.

    >>> import torch
    >>> valid = torch.tensor([[[[True, True, False]]]])
    >>> label = torch.tensor([[[[1.0, 2.0, 0.0]]]])
    >>> MaskedSmoothL1Loss()(torch.tensor([[[[1.5, 5.0, 9.0]]]]), label, valid)  # (1/8 + 5/2) / 2
    tensor(1.3125)
    """

    default_name = 'loss_smooth_l1'

    def __init__(
        self,
        beta: float = 1.0,
        loss_weight: float = 1.0,
        loss_name: str | None = None,
        log_space: bool = False,
    ) -> None:
        super().__init__(loss_weight, loss_name, log_space)
        if not beta > 0:
            raise ValueError(f'beta: expected a positive number, found {beta}.')
        self.beta = beta

    def errors(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the smooth absolute errors.

        Args:
            prediction: Shape (N, C, H, W).
            label: Shape (N, C, H, W).
            valid: Not read.

        Returns:
            A tensor of the same shape.
        """
        return F.smooth_l1_loss(prediction, label, reduction='none', beta=self.beta)
