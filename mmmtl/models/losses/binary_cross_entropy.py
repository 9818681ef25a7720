from __future__ import annotations

import torch.nn.functional as F
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.losses.map_loss import MapLoss
from mmmtl.models.losses.pixel_loss import of_valid, valid_mean


def balanced_binary_cross_entropy(
    prediction: Tensor, label: Tensor, valid: Tensor, positive_weight: float | None = None
) -> Tensor:
    r"""Computes the cross-entropy of yes and no over the valid pixels of a batch.

    .. math::
        L = -\frac{1}{|V|} \sum_{p \in V}
            w\, y_p \log \sigma(x_p) + (1 - w)\, (1 - y_p) \log(1 - \sigma(x_p))

    Without a valid pixel the loss is 0 and its gradient is 0; it stays connected to the graph.

    Args:
        prediction: Logits :math:`x`, shape (N, 1, H, W).
        label: :math:`y` from 0 to 1, shape (N, 1, H, W).
        valid: The set :math:`V`: boolean, shape (N, 1, H, W).
        positive_weight: :math:`w`, from 0 to 1. Defaults to None: the share of pixels that are 0 in
            the batch, so that the few pixels of an edge count as much as all others.

    Returns:
        The loss, a scalar in float32 at least.
    """
    prediction, label = of_valid(prediction, valid), of_valid(label, valid)
    count = valid.sum().clamp(min=1)
    if positive_weight is None:
        weight = 1 - label.sum() / count
    else:
        weight = label.new_full((), positive_weight)  # the host waits for new_tensor
    weights = weight * label + (1 - weight) * (1 - label)
    loss = F.binary_cross_entropy_with_logits(prediction, label, weight=weights, reduction='none')
    return valid_mean(loss, valid)


@MODELS.register_module()
class BinaryCrossEntropyLoss(MapLoss):
    """Cross-entropy of yes and no, see :func:`balanced_binary_cross_entropy`.

    The balanced form is that of `Holistically-Nested Edge Detection
    <https://arxiv.org/abs/1504.06375>`_, equation 2, by batch instead of image: with several
    processes, by the images of each.

    Args:
        positive_weight: Weight of pixels of 1, from 0 to 1; that of pixels of 0 is the rest. 0.5
            counts all pixels alike, 0.95 is usual for edges. Defaults to None: the share of pixels
            of 0.
        loss_weight: See :class:`~mmmtl.models.losses.MapLoss`.
        loss_name: Defaults to ``'loss_bce'``.

    Raises:
        ValueError: If the weight is not from 0 to 1.
    """

    default_name = 'loss_bce'
    reads_logits = True

    def __init__(
        self,
        positive_weight: float | None = None,
        loss_weight: float = 1.0,
        loss_name: str | None = None,
    ) -> None:
        super().__init__(loss_weight, loss_name)
        if positive_weight is not None and not 0 <= positive_weight <= 1:
            raise ValueError(
                f'positive_weight: expected a number from 0 to 1, found {positive_weight}.'
            )
        self.positive_weight = positive_weight

    def batch_loss(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the loss without its weight.

        Args:
            prediction: Logits, shape (N, 1, H, W).
            label: 0 to 1, shape (N, 1, H, W).
            valid: Boolean, shape (N, 1, H, W).

        Returns:
            The loss, a scalar.
        """
        return balanced_binary_cross_entropy(prediction, label, valid, self.positive_weight)
