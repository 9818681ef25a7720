from __future__ import annotations

from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.losses.map_loss import MapLoss
from mmmtl.models.losses.pixel_loss import log_of_valid, of_valid


def gradient_matching(prediction: Tensor, label: Tensor, valid: Tensor, scales: int) -> Tensor:
    r"""Compares how prediction and label change from pixel to pixel, at several scales.

    .. math::
        L = \sum_{k=0}^{K-1} \frac{1}{|V_k|} \sum_{p \in V_k} |\nabla_x R_p^k| + |\nabla_y R_p^k|,
        \quad R = \hat{y} - y

    :math:`R^k` is every :math:`2^k`-th pixel of :math:`R` in each direction, :math:`V_k` those of
    them that are valid, and :math:`\nabla` the difference of neighbours of :math:`R^k` both of
    which are valid. Without a valid pixel the loss is 0 and its gradient is 0; it stays connected
    to the graph.

    Args:
        prediction: Shape (N, C, H, W).
        label: Shape (N, C, H, W).
        valid: Boolean, shape (N, 1, H, W).
        scales: :math:`K`, at least 1.

    Returns:
        The loss, a scalar in float32 at least.
    """
    residual = of_valid(prediction, valid) - of_valid(label, valid)
    total = residual.flatten()[:0].sum()
    for scale in range(scales):
        step = 2**scale
        part, known = residual[..., ::step, ::step], valid[..., ::step, ::step]
        across = (part[..., 1:] - part[..., :-1]).abs()
        down = (part[..., 1:, :] - part[..., :-1, :]).abs()
        across = across.masked_fill(~(known[..., 1:] & known[..., :-1]), 0)
        down = down.masked_fill(~(known[..., 1:, :] & known[..., :-1, :]), 0)
        count = (known.sum() * part.shape[1]).clamp(min=1)
        total = total + (across.sum() + down.sum()) / count
    return total


@MODELS.register_module()
class GradientMatchingLoss(MapLoss):
    """Keeps edges of numbers sharp and smooth parts smooth, see :func:`gradient_matching`.

    `MegaDepth: Learning Single-View Depth Prediction from Internet Photos
    <https://arxiv.org/abs/1804.00607>`_, section 4.2, and `Towards Robust Monocular Depth
    Estimation <https://arxiv.org/abs/1907.01341>`_, equation 11. It comes beside a loss of the
    values themselves.

    Args:
        scales: Number of scales. Defaults to 4.
        log_space: Whether logarithms are compared, as in MegaDepth. Defaults to False.
        loss_weight: See :class:`~mmmtl.models.losses.MapLoss`.
        loss_name: Defaults to ``'loss_gradient'``.

    Raises:
        ValueError: If there is no scale.
    """

    default_name = 'loss_gradient'

    def __init__(
        self,
        scales: int = 4,
        log_space: bool = False,
        loss_weight: float = 1.0,
        loss_name: str | None = None,
    ) -> None:
        super().__init__(loss_weight, loss_name)
        if scales < 1:
            raise ValueError(f'scales: expected at least 1, found {scales}.')
        self.scales = scales
        self.log_space = log_space

    def batch_loss(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the loss without its weight.

        Args:
            prediction: Shape (N, C, H, W).
            label: Shape (N, C, H, W).
            valid: Boolean, shape (N, 1, H, W).

        Returns:
            The loss, a scalar.
        """
        if self.log_space:
            prediction = log_of_valid(prediction, valid)
            label = log_of_valid(label, valid)
        return gradient_matching(prediction, label, valid, self.scales)
