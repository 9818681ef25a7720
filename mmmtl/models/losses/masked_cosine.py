from __future__ import annotations

from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.geometry import unit_vectors
from mmmtl.models.losses.map_loss import MapLoss
from mmmtl.models.losses.pixel_loss import of_valid, valid_mean


def masked_cosine(prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
    r"""Computes one minus the mean cosine between two directions over the valid pixels of a batch.

    .. math:: L = \frac{1}{|V|} \sum_{p \in V} 1 - \hat{n}_p \cdot n_p

    Without a valid pixel the loss is 0 and its gradient is 0; it stays connected to the graph, so
    that distributed training finds every parameter used.

    Args:
        prediction: Unit vectors :math:`\hat{n}`, shape (N, 3, H, W).
        label: Vectors of the shape of the prediction; divided by their length they are :math:`n`.
        valid: The set :math:`V`: boolean, shape (N, 1, H, W).

    Returns:
        The loss, a scalar from 0 to 2 in float32 at least.
    """
    prediction, label = of_valid(prediction, valid), of_valid(label, valid)
    cosine = (prediction * unit_vectors(label, dim=1)).sum(dim=1, keepdim=True)
    return valid_mean(1 - cosine, valid)


@MODELS.register_module()
class MaskedCosineLoss(MapLoss):
    """One minus the mean cosine over valid pixels, see :func:`masked_cosine`.

    The normal loss of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704>`__.

    Args:
        loss_weight: See :class:`~mmmtl.models.losses.MapLoss`.
        loss_name: Defaults to ``'loss_cosine'``.

    >>> import torch
    >>> valid = torch.ones(1, 1, 1, 1, dtype=torch.bool)
    >>> right, other = torch.tensor([1.0, 0, 0]), torch.tensor([0.6, 0.8, 0])
    >>> MaskedCosineLoss()(right.view(1, 3, 1, 1), other.view(1, 3, 1, 1), valid)
    tensor(0.4000)
    """

    default_name = 'loss_cosine'

    def batch_loss(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the loss without its weight.

        Args:
            prediction: Unit vectors, shape (N, 3, H, W).
            label: Vectors, shape (N, 3, H, W).
            valid: Boolean, shape (N, 1, H, W).

        Returns:
            The loss, a scalar.
        """
        return masked_cosine(prediction, label, valid)
