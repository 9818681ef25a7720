"""Errors of a map of vectors, from a few sums."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor

from mmmtl.evaluation.functional.finite import check_finite

VECTOR_METRICS = ('abs_err', 'rmse', 'epe')
"""Keys of :func:`finalise_vector_errors`, in this order."""


@dataclass
class VectorErrorSums:
    r"""What images add to the errors of a set.

    Args:
        num_valid: Number of valid pixels.
        channels: Numbers per pixel, 0 before the first image.
        abs_err: Sum of the absolute errors of all numbers.
        squared_err: Sum of their squares.
        distance: Sum of the distances :math:`\lVert \hat{v} - v \rVert`.
    """

    num_valid: int = 0
    channels: int = 0
    abs_err: float = 0.0
    squared_err: float = 0.0
    distance: float = 0.0

    def __iadd__(self, other: VectorErrorSums) -> VectorErrorSums:
        """Adds the sums of other images."""
        self.num_valid += other.num_valid
        self.channels = self.channels or other.channels
        self.abs_err += other.abs_err
        self.squared_err += other.squared_err
        self.distance += other.distance
        return self


def vector_error_sums(prediction: Tensor, label: Tensor, valid: Tensor) -> VectorErrorSums:
    """Sums the errors of one prediction over its valid pixels, in double precision.

    Args:
        prediction: Shape (C, H, W).
        label: Shape (C, H, W).
        valid: Which pixels count, boolean of shape (H, W).

    Returns:
        The sums; all 0 if no pixel is valid.

    Raises:
        ValueError: If the shapes differ, or a value of a valid pixel is NaN or infinite.
    """
    if prediction.shape != label.shape or label.ndim != 3:
        raise ValueError(
            'Expected a prediction and a label of one shape (C, H, W), found '
            f'{tuple(prediction.shape)} and {tuple(label.shape)}.'
        )
    prediction, label = prediction[:, valid].double(), label[:, valid].double()
    check_finite(label, 'label', 'every valid pixel needs finite values')
    check_finite(prediction, 'prediction', 'every valid pixel needs finite values')
    error = prediction - label
    squared = error.square()
    return VectorErrorSums(
        label.shape[1],
        label.shape[0],
        float(error.abs().sum()),
        float(squared.sum()),
        float(squared.sum(dim=0).sqrt().sum()),
    )


def finalise_vector_errors(sums: VectorErrorSums) -> dict[str, float]:
    """Turns sums into the metrics.

    Args:
        sums: Sums over the images of a batch or a set.

    Returns:
        ``abs_err`` and ``rmse`` over all numbers, and ``epe``, the mean distance (the end-point
        error of a flow), in the unit of the labels. All NaN if there was no valid pixel.
    """
    if sums.num_valid == 0:
        return dict.fromkeys(VECTOR_METRICS, math.nan)
    count = sums.num_valid * sums.channels
    return {
        'abs_err': sums.abs_err / count,
        'rmse': math.sqrt(sums.squared_err / count),
        'epe': sums.distance / sums.num_valid,
    }
