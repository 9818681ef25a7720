"""Errors of a depth map, from sums that are small enough to keep for every image."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from mmmtl.evaluation.functional.finite import check_finite

DEPTH_METRICS = ('abs_err', 'rel_err', 'rmse', 'd1', 'd2', 'd3')
"""Keys of :func:`finalise_depth_errors`, in this order."""

_THRESHOLD = 1.25


@dataclass(frozen=True)
class DepthErrorSums:
    r"""What one image adds to the depth errors of a set.

    With :math:`\hat{y}` the prediction and :math:`y` the label of a valid pixel:

    Args:
        num_valid: Number of valid pixels.
        abs_err: Sum of :math:`|\hat{y} - y|`.
        rel_err: Sum of :math:`|\hat{y} - y| / y`.
        squared_err: Sum of :math:`(\hat{y} - y)^2`.
        num_d1: Pixels with :math:`\max(\hat{y} / y, y / \hat{y}) < 1.25`.
        num_d2: The same with :math:`1.25^2`.
        num_d3: The same with :math:`1.25^3`.
    """

    num_valid: int = 0
    abs_err: float = 0.0
    rel_err: float = 0.0
    squared_err: float = 0.0
    num_d1: int = 0
    num_d2: int = 0
    num_d3: int = 0


def depth_error_sums(
    prediction: Tensor,
    label: Tensor,
    valid: Tensor,
    value_range: tuple[float, float] | None = None,
) -> DepthErrorSums:
    """Sums the errors of one prediction over its valid pixels, in double precision.

    A prediction that is not positive is never within a threshold.

    Args:
        prediction: Predicted values, any shape.
        label: True values of the same shape.
        valid: Which pixels count, boolean of the same shape.
        value_range: Smallest and largest label that counts, both included. Defaults to None: every
            valid label.

    Returns:
        The sums; all 0 if no pixel is valid.

    Raises:
        ValueError: If the shapes differ, or a label or the prediction of a valid pixel is NaN or
            infinite.
    """
    if prediction.shape != label.shape:
        raise ValueError(
            'Expected a prediction and a label of one shape, found '
            f'{tuple(prediction.shape)} and {tuple(label.shape)}.'
        )
    check_finite(label[valid], 'label', 'every valid pixel needs a finite value')
    if value_range is not None:
        valid = valid & (label >= value_range[0]) & (label <= value_range[1])
    label = label[valid].double()
    prediction = prediction[valid].double()
    check_finite(prediction, 'prediction', 'every valid pixel needs a finite value')

    error = (prediction - label).abs()
    ratio = torch.maximum(prediction / label, label / prediction)
    ratio = torch.where(prediction > 0, ratio, torch.inf)
    within = [int((ratio < _THRESHOLD**power).sum()) for power in (1, 2, 3)]
    return DepthErrorSums(
        label.numel(),
        float(error.sum()),
        float((error / label).sum()),
        float(error.square().sum()),
        *within,
    )


def merge_depth_errors(sums: Iterable[DepthErrorSums]) -> DepthErrorSums:
    """Adds the sums of several images.

    Args:
        sums: Sums of the images, in any order: the result is correctly rounded, so it does not
            depend on the order, nor on how the images were spread over processes.

    Returns:
        The sums over all of them.
    """
    sums = list(sums)
    return DepthErrorSums(
        num_valid=sum(one.num_valid for one in sums),
        abs_err=math.fsum(one.abs_err for one in sums),
        rel_err=math.fsum(one.rel_err for one in sums),
        squared_err=math.fsum(one.squared_err for one in sums),
        num_d1=sum(one.num_d1 for one in sums),
        num_d2=sum(one.num_d2 for one in sums),
        num_d3=sum(one.num_d3 for one in sums),
    )


def finalise_depth_errors(sums: DepthErrorSums) -> dict[str, float]:
    r"""Turns sums into the metrics.

    Args:
        sums: Sums over the images of a batch or a set.

    Returns:
        ``abs_err`` and ``rmse`` in the unit of the labels, ``rel_err`` relative to the label, and
        ``d1``, ``d2``, ``d3``, the fractions in [0, 1] of pixels with
        :math:`\max(\hat{y} / y, y / \hat{y}) < 1.25^k`. All NaN if there was no valid pixel.
    """
    count = sums.num_valid
    if count == 0:
        return dict.fromkeys(DEPTH_METRICS, math.nan)
    return {
        'abs_err': sums.abs_err / count,
        'rel_err': sums.rel_err / count,
        'rmse': math.sqrt(sums.squared_err / count),
        'd1': sums.num_d1 / count,
        'd2': sums.num_d2 / count,
        'd3': sums.num_d3 / count,
    }
