from __future__ import annotations

import torch.nn.functional as F
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.losses.pixel_loss import PixelLoss


@MODELS.register_module()
class BinaryFocalLoss(PixelLoss):
    r"""Focal loss of yes and no over valid pixels: what is easy counts less.

    `Focal Loss for Dense Object Detection <https://arxiv.org/abs/1708.02002>`_, equation 5, as the
    mean over the valid pixels:

    .. math:: -\alpha_t (1 - p_t)^\gamma \log p_t

    Args:
        gamma: How much less easy pixels count, at least 0. Defaults to 2.
        alpha: Weight of pixels of 1, from 0 to 1; that of pixels of 0 is the rest. Defaults to
            0.25, the paper's.
        loss_weight: See :class:`~mmmtl.models.losses.PixelLoss`.
        loss_name: Defaults to ``'loss_focal'``.

    Raises:
        ValueError: If gamma or alpha is out of range.
    """

    default_name = 'loss_focal'
    reads_logits = True

    def __init__(
        self,
        gamma: float = 2.0,
        alpha: float = 0.25,
        loss_weight: float = 1.0,
        loss_name: str | None = None,
    ) -> None:
        super().__init__(loss_weight, loss_name)
        if gamma < 0 or not 0 <= alpha <= 1:
            raise ValueError(
                f'gamma, alpha: expected gamma >= 0 and alpha from 0 to 1, found {gamma}, {alpha}.'
            )
        self.gamma = gamma
        self.alpha = alpha

    def errors(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the focal losses.

        Args:
            prediction: Logits, shape (N, 1, H, W).
            label: 0 to 1, shape (N, 1, H, W).
            valid: Not read.

        Returns:
            A tensor of the same shape.
        """
        probability = prediction.sigmoid()
        missed = label * (1 - probability) + (1 - label) * probability
        weight = self.alpha * label + (1 - self.alpha) * (1 - label)
        entropy = F.binary_cross_entropy_with_logits(prediction, label, reduction='none')
        # A power below 1 has an infinite gradient at 0, where a logit is large and right.
        return weight * missed.clamp(min=1e-12) ** self.gamma * entropy
