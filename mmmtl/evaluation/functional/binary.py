"""Scores of probability maps, from histograms of a fixed size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from mmmtl.evaluation.functional.finite import check_finite

BINARY_METRICS = ('maxF', 'AP', 'IoU', 'MAE')
"""Keys of :func:`finalise_binary_scores`, in this order."""

NUM_BINS = 1000
"""Bins of the histograms, from 0 to 1; thresholds are multiples of 1 / 1000."""


@dataclass
class BinaryScoreSums:
    """What images add to the scores of a set.

    Args:
        num_valid: Number of valid pixels.
        abs_err: Sum of :math:`|p - y|`.
        positives: Pixels whose label is yes, by predicted probability, an int64 tensor of shape
            (:data:`NUM_BINS` + 1,).
        negatives: The same of pixels whose label is no.
    """

    num_valid: int = 0
    abs_err: float = 0.0
    positives: Tensor = field(default_factory=lambda: torch.zeros(NUM_BINS + 1, dtype=torch.int64))
    negatives: Tensor = field(default_factory=lambda: torch.zeros(NUM_BINS + 1, dtype=torch.int64))

    def __iadd__(self, other: BinaryScoreSums) -> BinaryScoreSums:
        """Adds the sums of other images."""
        self.num_valid += other.num_valid
        self.abs_err += other.abs_err
        self.positives = self.positives + other.positives
        self.negatives = self.negatives + other.negatives
        return self


def binary_score_sums(prediction: Tensor, label: Tensor, valid: Tensor) -> BinaryScoreSums:
    """Counts the pixels of one prediction.

    Args:
        prediction: Probabilities from 0 to 1, any shape.
        label: 0 to 1, of the same shape; above a half is yes.
        valid: Which pixels count, boolean of the same shape.

    Returns:
        The sums; all 0 if no pixel is valid.

    Raises:
        ValueError: If the shapes differ, or the prediction of a valid pixel is no probability.
    """
    if prediction.shape != label.shape:
        raise ValueError(
            'Expected a prediction and a label of one shape, found '
            f'{tuple(prediction.shape)} and {tuple(label.shape)}.'
        )
    prediction, label = prediction[valid].double(), label[valid].double()
    check_finite(prediction, 'prediction', 'every valid pixel needs a probability')
    if prediction.numel() and not (prediction.min() >= 0 and prediction.max() <= 1):
        raise ValueError(
            'Expected probabilities from 0 to 1, '
            f'found {float(prediction.min()):g} to {float(prediction.max()):g}.'
        )
    bins = (prediction * NUM_BINS).long()
    yes = label > 0.5
    counts = [torch.bincount(bins[part], minlength=NUM_BINS + 1).cpu() for part in (yes, ~yes)]
    return BinaryScoreSums(label.numel(), float((prediction - label).abs().sum()), *counts)


def finalise_binary_scores(
    sums: BinaryScoreSums,
    beta_squared: float = 1.0,
    thresholds: Sequence[float] | None = None,
) -> dict[str, float]:
    r"""Turns sums into the scores.

    Args:
        sums: Sums over the images of a batch or a set.
        beta_squared: :math:`\beta^2` of
            :math:`F = (1 + \beta^2) P R / (\beta^2 P + R)`. Defaults to 1; 0.3 is usual for
            saliency.
        thresholds: Probabilities from which on a pixel is yes, over which the largest F is taken,
            multiples of 1 / 1000. Defaults to None: all of them above 0.

    Returns:
        ``maxF``, the largest F; ``AP``, the mean of the precision over the recall, over all
        thresholds; ``IoU`` at a half; all in percent; and ``MAE``, the mean of :math:`|p - y|`. All
        NaN without a valid pixel; the first three also without a pixel that is yes.
    """
    if sums.num_valid == 0:
        return dict.fromkeys(BINARY_METRICS, math.nan)
    mae = sums.abs_err / sums.num_valid
    # Number of pixels with a probability of at least k / NUM_BINS, by k.
    true = np.cumsum(sums.positives.numpy()[::-1])[::-1].astype(np.float64)
    false = np.cumsum(sums.negatives.numpy()[::-1])[::-1].astype(np.float64)
    total = true[0]
    if total == 0:
        return dict.fromkeys(BINARY_METRICS, math.nan) | {'MAE': mae}
    found = true + false
    precision = np.divide(true, found, out=np.ones_like(true), where=found > 0)
    recall = true / total
    weighted = beta_squared * precision + recall
    f_scores = np.divide(
        (1 + beta_squared) * precision * recall,
        weighted,
        out=np.zeros_like(true),
        where=weighted > 0,
    )
    chosen = np.arange(1, NUM_BINS + 1) if thresholds is None else _indices(thresholds)
    steps = recall - np.append(recall[1:], 0)
    middle = NUM_BINS // 2
    return {
        'maxF': 100 * float(f_scores[chosen].max()),
        'AP': 100 * float((steps * precision).sum()),
        'IoU': 100 * float(true[middle] / (total + false[middle])),
        'MAE': mae,
    }


def _indices(thresholds: Sequence[float]) -> np.ndarray:
    return np.rint(np.asarray(thresholds) * NUM_BINS).astype(int)
