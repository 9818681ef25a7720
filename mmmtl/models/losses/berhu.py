from __future__ import annotations

import torch
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.losses.pixel_loss import PixelLoss


@MODELS.register_module()
class BerHuLoss(PixelLoss):
    r"""The reverse Huber loss: absolute for small errors, squared for large ones.

    `Deeper Depth Prediction with Fully Convolutional Residual Networks
    <https://arxiv.org/abs/1606.00373>`_, equation 1. With :math:`e = |\hat{y} - y|`, the error of a
    pixel is :math:`e` if :math:`e \le c`, else :math:`(e^2 + c^2) / (2 c)`, where :math:`c` is a
    share of the largest error of the valid pixels of the batch (held fixed in the gradient).

    Args:
        share: The share, above 0 and up to 1. Defaults to 0.2, the paper's.
        loss_weight: See :class:`~mmmtl.models.losses.PixelLoss`.
        loss_name: Defaults to ``'loss_berhu'``.
        log_space: See :class:`~mmmtl.models.losses.PixelLoss`.

    Raises:
        ValueError: If the share is not above 0, or above 1.

    >>> import torch
    >>> valid = torch.tensor([[[[True, True, False]]]])
    >>> label = torch.tensor([[[[1.0, 2.0, 0.0]]]])
    >>> BerHuLoss(share=0.5)(torch.tensor([[[[2.0, 6.0, 9.0]]]]), label, valid)  # (1 + 20/4) / 2
    tensor(3.)
    """

    default_name = 'loss_berhu'

    def __init__(
        self,
        share: float = 0.2,
        loss_weight: float = 1.0,
        loss_name: str | None = None,
        log_space: bool = False,
    ) -> None:
        super().__init__(loss_weight, loss_name, log_space)
        if not 0 < share <= 1:
            raise ValueError(f'share: expected a number above 0, up to 1, found {share}.')
        self.share = share

    def errors(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the reverse Huber errors.

        Args:
            prediction: Shape (N, C, H, W).
            label: Shape (N, C, H, W).
            valid: Not read.

        Returns:
            A tensor of the same shape.
        """
        error = (prediction - label).abs()
        limit = (self.share * error.detach().amax()).clamp(min=1e-12)
        return torch.where(error <= limit, error, (error.square() + limit**2) / (2 * limit))
