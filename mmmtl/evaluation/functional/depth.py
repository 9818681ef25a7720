"""Errors of a map of numbers, from sums that are small enough to keep for every image."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from mmmtl.evaluation.functional.finite import check_finite

DEPTH_METRICS = ('abs_err', 'rel_err', 'rmse', 'd1', 'd2', 'd3')
"""What :func:`finalise_depth_errors` gives unless it is asked for something else."""

SCALAR_METRICS = (
    'abs_err',
    'rel_err',
    'sq_rel',
    'rmse',
    'rmse_log',
    'log10',
    'silog',
    'd1',
    'd2',
    'd3',
)
"""All that :func:`finalise_depth_errors` can give."""

FINITE = '_finite'
"""End of a metric's name that is of the pixels at a finite distance alone."""

_INFINITE_TOLERANCE = 1e-4
_LOGARITHMS = frozenset(('rmse_log', 'log10', 'silog'))
_OF_ALL_PIXELS = frozenset(('abs_err', 'rmse'))
_THRESHOLD = 1.25


@dataclass(frozen=True)
class DepthErrorSums:
    r"""What one image adds to the errors of a set.

    With :math:`\hat{y}` the prediction and :math:`y` the label of a valid pixel; sums of ratios and
    logarithms are over the pixels with :math:`y > 0`:

    Args:
        num_valid: Number of valid pixels.
        abs_err: Sum of :math:`|\hat{y} - y|`.
        rel_err: Sum of :math:`|\hat{y} - y| / y`.
        squared_err: Sum of :math:`(\hat{y} - y)^2`.
        num_d1: Pixels with :math:`\max(\hat{y} / y, y / \hat{y}) < 1.25`.
        num_d2: The same with :math:`1.25^2`.
        num_d3: The same with :math:`1.25^3`.
        num_positive: Number of valid pixels with :math:`y > 0`.
        sq_rel: Sum of :math:`(\hat{y} - y)^2 / y`.
        log_err: Sum of :math:`d = \ln \hat{y} - \ln y`; 0 if no logarithm was asked for.
        abs_log_err: Sum of :math:`|d|`.
        squared_log_err: Sum of :math:`d^2`.
    """

    num_valid: int = 0
    abs_err: float = 0.0
    rel_err: float = 0.0
    squared_err: float = 0.0
    num_d1: int = 0
    num_d2: int = 0
    num_d3: int = 0
    num_positive: int = 0
    sq_rel: float = 0.0
    log_err: float = 0.0
    abs_log_err: float = 0.0
    squared_log_err: float = 0.0


def depth_error_sums(
    prediction: Tensor,
    label: Tensor,
    valid: Tensor,
    min_value: float | None = None,
    max_value: float | None = None,
    metrics: Sequence[str] = DEPTH_METRICS,
) -> DepthErrorSums:
    """Sums the errors of one prediction over its valid pixels, in double precision.

    Limits work as in the usual evaluations of depth: pixels whose label is beyond them do not
    count, and the predictions of the others are clipped to them, for every metric.

    Ratios and logarithms are of the pixels whose label is positive. A prediction that is not
    positive is never within a threshold.

    Args:
        prediction: Predicted values, any shape.
        label: True values of the same shape.
        valid: Which pixels count, boolean of the same shape.
        min_value: Smallest label that counts, included. Defaults to None: any.
        max_value: Largest label that counts, included. Defaults to None: any.
        metrics: What the sums are for, see :data:`SCALAR_METRICS`. Defaults to
            :data:`DEPTH_METRICS`, without logarithms.

    Returns:
        The sums; all 0 if no pixel is valid.

    Raises:
        ValueError: If the shapes differ, a label or the prediction of a valid pixel is NaN or
            infinite, or a logarithm is asked for and a prediction is not positive.
    """
    if prediction.shape != label.shape:
        raise ValueError(
            'Expected a prediction and a label of one shape, found '
            f'{tuple(prediction.shape)} and {tuple(label.shape)}.'
        )
    check_finite(label[valid], 'label', 'every valid pixel needs a finite value')
    if min_value is not None:
        valid = valid & (label >= min_value)
    if max_value is not None:
        valid = valid & (label <= max_value)
    label = label[valid].double()
    prediction = prediction[valid].double()
    check_finite(prediction, 'prediction', 'every valid pixel needs a finite value')
    if min_value is not None or max_value is not None:
        prediction = prediction.clamp(min_value, max_value)

    error = (prediction - label).abs()
    sums: dict[str, float] = dict(
        num_valid=label.numel(),
        abs_err=float(error.sum()),
        squared_err=float(error.square().sum()),
    )
    positive = label > 0
    if not positive.all():
        prediction, label, error = prediction[positive], label[positive], error[positive]
    ratio = torch.maximum(prediction / label, label / prediction)
    ratio = torch.where(prediction > 0, ratio, torch.inf)
    sums |= {f'num_d{power}': int((ratio < _THRESHOLD**power).sum()) for power in (1, 2, 3)}
    sums |= dict(
        num_positive=label.numel(),
        rel_err=float((error / label).sum()),
        sq_rel=float((error.square() / label).sum()),
    )
    logarithms = [name for name in metrics if name in _LOGARITHMS]
    if logarithms:
        sums |= _log_sums(prediction, label, logarithms[0])
    return DepthErrorSums(**sums)  # type: ignore[arg-type]


def infinitely_far(label: Tensor, infinite: float) -> Tensor:
    """Tells which pixels are infinitely far.

    Args:
        label: True values, any shape.
        infinite: Their value where it is infinitely far, such as 1 / 65535 in CityScapes' ``mtan``
            unit (``p = 1``).

    Returns:
        A boolean tensor of the same shape, true where the label is that number, but for rounding.
    """
    value = label.new_tensor(infinite)
    return torch.isclose(label, value, rtol=_INFINITE_TOLERANCE, atol=0)


def merge_depth_errors(sums: Iterable[DepthErrorSums]) -> DepthErrorSums:
    """Adds the sums of several images.

    Args:
        sums: Sums of the images, in any order: the result is correctly rounded, so it does not
            depend on the order, nor on how the images were spread over processes.

    Returns:
        The sums over all of them.
    """
    sums = list(sums)
    added: dict[str, float] = {}
    for part in fields(DepthErrorSums):
        values = [getattr(one, part.name) for one in sums]
        added[part.name] = sum(values) if part.name.startswith('num_') else math.fsum(values)
    return DepthErrorSums(**added)  # type: ignore[arg-type]


def finalise_depth_errors(
    sums: DepthErrorSums, metrics: Sequence[str] = DEPTH_METRICS
) -> dict[str, float]:
    """Turns sums into the metrics.

    With p the prediction, y the label and d = ln p - ln y of a pixel:

    .. code:: text

        abs_err   mean |p - y|, in the unit of the labels
        rmse      root of the mean (p - y)^2, in the unit of the labels
        rel_err   mean |p - y| / y
        sq_rel    mean (p - y)^2 / y, in the unit of the labels
        rmse_log  root of the mean d^2
        log10     mean |log10 p - log10 y|
        silog     100 * root of (mean d^2 - (mean d)^2), blind to a common factor
        d1 d2 d3  share from 0 to 1 of pixels with max(p / y, y / p) < 1.25, 1.25^2, 1.25^3

    Args:
        sums: Sums over the images of a batch or a set.
        metrics: Names of the metrics. Defaults to :data:`DEPTH_METRICS`.

    Returns:
        The metrics, in the order of ``metrics``. ``abs_err`` and ``rmse`` are of all valid pixels,
        and NaN without one; the others are of those with a positive label, and NaN without one.

    Raises:
        ValueError: If there is no such metric.
    """
    check_scalar_metrics(metrics)
    return {
        name: _finalise(name, sums)
        if (sums.num_valid if name in _OF_ALL_PIXELS else sums.num_positive)
        else math.nan
        for name in metrics
    }


def check_scalar_metrics(metrics: Sequence[str]) -> None:
    """Checks names of metrics.

    Args:
        metrics: The names.

    Raises:
        ValueError: If there is no name, one is not that of a metric, or a single text is given.
    """
    unknown = [name for name in metrics if name not in SCALAR_METRICS]
    if isinstance(metrics, str) or not metrics or unknown:
        raise ValueError(
            f'metrics: expected names of {", ".join(SCALAR_METRICS)}, found {metrics!r}.'
        )


def _log_sums(prediction: Tensor, label: Tensor, metric: str) -> dict[str, float]:
    lacking = int((prediction <= 0).sum())
    if lacking:
        raise ValueError(
            f'{metric}: expected positive predictions, of which there is a logarithm, found '
            f'{lacking} others, down to {float(prediction.min()):g}; `min_value`, a positive '
            'number, clips them.'
        )
    difference = prediction.log() - label.log()
    return dict(
        log_err=float(difference.sum()),
        abs_log_err=float(difference.abs().sum()),
        squared_log_err=float(difference.square().sum()),
    )


def _finalise(name: str, sums: DepthErrorSums) -> float:
    count, positive = sums.num_valid, sums.num_positive
    if name == 'abs_err':
        return sums.abs_err / count
    if name == 'rmse':
        return math.sqrt(sums.squared_err / count)
    if name == 'rmse_log':
        return math.sqrt(sums.squared_log_err / positive)
    if name == 'log10':
        return sums.abs_log_err / positive / math.log(10)
    if name == 'silog':
        variance = sums.squared_log_err / positive - (sums.log_err / positive) ** 2
        return 100 * math.sqrt(max(variance, 0.0))
    total = {
        'rel_err': sums.rel_err,
        'sq_rel': sums.sq_rel,
        'd1': sums.num_d1,
        'd2': sums.num_d2,
        'd3': sums.num_d3,
    }[name]
    return total / positive
