"""Lets mmseg's cross entropy and accuracy count pixels without a word to the host.

mmseg 1.2.2 brings the number of labelled pixels to the host, and chooses them with a mask, whose
result has a size that the host must learn: three waits for the device in each step. Here the number
stays on the device and the others count as wrong; the results are the same to the last bit, as far
as a float32 holds the number of pixels of a batch, 2 ** 24.

mmseg's binary cross entropy, and cross entropy with ``class_weight``, are left as they are.
"""

from __future__ import annotations

from typing import Any

import mmseg.models.losses.cross_entropy_loss as losses
import torch
from mmseg.models.decode_heads import ddr_head, decode_head, pid_head, point_head
from torch import Tensor

_cross_entropy = losses.cross_entropy
_accuracy = decode_head.accuracy
_EPS = torch.finfo(torch.float32).eps


def patch_pixel_counts() -> None:
    """Exchanges the two functions of mmseg where its losses and heads look them up."""
    losses.cross_entropy = cross_entropy
    for module in (decode_head, ddr_head, pid_head, point_head):
        module.accuracy = accuracy


def cross_entropy(
    pred: Tensor,
    label: Tensor,
    weight: Tensor | None = None,
    class_weight: Tensor | None = None,
    reduction: str = 'mean',
    avg_factor: Any = None,
    ignore_index: int = -100,
    avg_non_ignore: bool = False,
) -> Tensor:
    """Computes what mmseg's function does, and tells it by how many pixels to divide.

    Args:
        pred: Logits of shape (N, C, ...).
        label: Ids of shape (N, ...).
        weight: As in mmseg.
        class_weight: As in mmseg.
        reduction: As in mmseg.
        avg_factor: As in mmseg.
        ignore_index: Id of pixels without a label.
        avg_non_ignore: Whether the mean is over the labelled pixels alone.

    Returns:
        The loss.
    """
    if avg_factor is None and reduction == 'mean' and class_weight is None and avg_non_ignore:
        avg_factor = (label != ignore_index).sum().float()
    return _cross_entropy(
        pred,
        label,
        weight=weight,
        class_weight=class_weight,
        reduction=reduction,
        avg_factor=avg_factor,
        ignore_index=ignore_index,
        avg_non_ignore=avg_non_ignore,
    )


def accuracy(
    pred: Tensor,
    target: Tensor,
    topk: int | tuple[int, ...] = 1,
    thresh: float | None = None,
    ignore_index: int | None = None,
) -> Any:
    """Computes what mmseg's function does for its heads, without choosing pixels by a mask.

    Args:
        pred: Logits of shape (N, C, ...).
        target: Ids of shape (N, ...).
        topk: As in mmseg.
        thresh: As in mmseg.
        ignore_index: Id of pixels without a label.

    Returns:
        The share of labelled pixels whose class has the largest logit, in percent, shape (1,);
        with another ``topk``, a ``thresh`` or no ``ignore_index`` what mmseg gives.
    """
    if topk != 1 or thresh is not None or ignore_index is None or pred.size(0) == 0:
        return _accuracy(pred, target, topk, thresh, ignore_index)
    labelled = target != ignore_index
    found = pred.topk(1, dim=1)[1].squeeze(1)
    correct = (found.eq(target) & labelled).reshape(-1).float().sum(0, keepdim=True) + _EPS
    return correct.mul_((100.0 / (labelled.sum().double() + _EPS)).float())
