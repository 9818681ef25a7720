from __future__ import annotations

from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.losses.map_loss import MapLoss
from mmmtl.models.losses.pixel_loss import of_valid


def binary_dice(prediction: Tensor, label: Tensor, valid: Tensor, smooth: float) -> Tensor:
    r"""Computes one minus the soft Dice coefficient over the valid pixels of a batch.

    .. math:: L = 1 - \frac{2 \sum_p \sigma(x_p) y_p + s}{\sum_p \sigma(x_p)^2 + \sum_p y_p^2 + s}

    Without a valid pixel the loss is 0 and its gradient is 0; it stays connected to the graph.

    Args:
        prediction: Logits :math:`x`, shape (N, 1, H, W).
        label: :math:`y` from 0 to 1, shape (N, 1, H, W).
        valid: Boolean, shape (N, 1, H, W).
        smooth: :math:`s`, positive.

    Returns:
        The loss, a scalar from 0 to 1 in float32 at least.
    """
    probability = of_valid(prediction, valid).sigmoid() * valid
    label = of_valid(label, valid)
    common = 2 * (probability * label).sum() + smooth
    return 1 - common / (probability.square().sum() + label.square().sum() + smooth)


@MODELS.register_module()
class BinaryDiceLoss(MapLoss):
    """One minus the soft Dice coefficient of yes and no, see :func:`binary_dice`.

    `V-Net: Fully Convolutional Neural Networks for Volumetric Medical Image Segmentation
    <https://arxiv.org/abs/1606.04797>`_, section 3. (mmseg's ``DiceLoss`` is one of classes.)

    Args:
        smooth: Keeps the quotient finite where there is nothing. Defaults to 1.
        loss_weight: See :class:`~mmmtl.models.losses.MapLoss`.
        loss_name: Defaults to ``'loss_dice'``.

    Raises:
        ValueError: If ``smooth`` is not positive.
    """

    default_name = 'loss_dice'
    reads_logits = True

    def __init__(
        self, smooth: float = 1.0, loss_weight: float = 1.0, loss_name: str | None = None
    ) -> None:
        super().__init__(loss_weight, loss_name)
        if not smooth > 0:
            raise ValueError(f'smooth: expected a positive number, found {smooth}.')
        self.smooth = smooth

    def batch_loss(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the loss without its weight.

        Args:
            prediction: Logits, shape (N, 1, H, W).
            label: 0 to 1, shape (N, 1, H, W).
            valid: Boolean, shape (N, 1, H, W).

        Returns:
            The loss, a scalar.
        """
        return binary_dice(prediction, label, valid, self.smooth)
