from __future__ import annotations

from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.losses.map_loss import MapLoss
from mmmtl.models.losses.pixel_loss import log_of_valid


def silog(prediction: Tensor, label: Tensor, valid: Tensor, variance_focus: float) -> Tensor:
    r"""Computes the root of the scale-invariant logarithmic error over the valid pixels of a batch.

    .. math::
        L = \sqrt{\frac{1}{|V|} \sum_p d_p^2 - \lambda \Big(\frac{1}{|V|} \sum_p d_p\Big)^2},
        \quad d_p = \ln \hat{y}_p - \ln y_p

    Without a valid pixel the loss is 0 and its gradient is 0; it stays connected to the graph.

    Args:
        prediction: Positive, shape (N, 1, H, W); values below 1e-6 count as that.
        label: Positive where valid, shape (N, 1, H, W).
        valid: Boolean, shape (N, 1, H, W).
        variance_focus: :math:`\lambda` from 0 to 1: 1 leaves out a common factor altogether.

    Returns:
        The loss, a scalar in float32 at least.
    """
    count = valid.sum().clamp(min=1)
    difference = log_of_valid(prediction, valid) - log_of_valid(label, valid)
    squared = difference.square().sum() / count
    mean = difference.sum() / count
    # The root has an infinite gradient at 0.
    return (squared - variance_focus * mean.square()).clamp(min=1e-12).sqrt() * (squared > 0)


@MODELS.register_module()
class SILogLoss(MapLoss):
    r"""Scale-invariant logarithmic error, see :func:`silog`.

    `Depth Map Prediction from a Single Image using a Multi-Scale Deep Network
    <https://arxiv.org/abs/1406.2283>`_, equation 4; the root and :math:`\lambda = 0.85` as in `From
    Big to Small: Multi-Scale Local Planar Guidance <https://arxiv.org/abs/1907.10326>`_, equation
    4, where the loss has a factor of 10. (mmseg's ``SiLogLoss`` knows no mask and drops NaN.) The
    head must predict positive numbers: give it a ``value_range``.

    Args:
        variance_focus: :math:`\lambda` from 0 to 1. Defaults to 0.85.
        loss_weight: See :class:`~mmmtl.models.losses.MapLoss`.
        loss_name: Defaults to ``'loss_silog'``.

    Raises:
        ValueError: If ``variance_focus`` is not from 0 to 1.
    """

    default_name = 'loss_silog'

    def __init__(
        self,
        variance_focus: float = 0.85,
        loss_weight: float = 1.0,
        loss_name: str | None = None,
    ) -> None:
        super().__init__(loss_weight, loss_name)
        if not 0 <= variance_focus <= 1:
            raise ValueError(
                f'variance_focus: expected a number from 0 to 1, found {variance_focus}.'
            )
        self.variance_focus = variance_focus

    def batch_loss(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the loss without its weight.

        Args:
            prediction: Shape (N, 1, H, W).
            label: Shape (N, 1, H, W).
            valid: Boolean, shape (N, 1, H, W).

        Returns:
            The loss, a scalar.
        """
        return silog(prediction, label, valid, self.variance_focus)
