"""Angle errors of a map of normals, from sums and a histogram of a fixed size."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor

from mmmtl.evaluation.functional.finite import check_finite

NORMAL_THRESHOLDS = (11.25, 22.5, 30.0)
"""Angles in degrees; a metric each says how many pixels are within."""

NORMAL_METRICS = ('mean', 'median', *(f'{angle:g}' for angle in NORMAL_THRESHOLDS))
"""Keys of :func:`finalise_normal_errors`, in this order."""

BIN_WIDTH = 0.001
"""Width in degrees of a bin of the histogram; the median is exact to half of it."""

_NUM_BINS = round(180 / BIN_WIDTH)
_WITHOUT_DIRECTION = 90.0


@dataclass
class NormalErrorSums:
    """What images add to the angle errors of a set.

    Args:
        num_valid: Number of valid pixels.
        angle: Sum of their angle errors in degrees.
        num_within: Pixels whose error is less than each of :data:`NORMAL_THRESHOLDS`.
        histogram: Pixels by angle error in bins of :data:`BIN_WIDTH` from 0 to 180 degrees, an
            int64 tensor.
    """

    num_valid: int = 0
    angle: float = 0.0
    num_within: tuple[int, ...] = (0,) * len(NORMAL_THRESHOLDS)
    histogram: Tensor = field(default_factory=lambda: torch.zeros(_NUM_BINS, dtype=torch.int64))

    def __iadd__(self, other: NormalErrorSums) -> NormalErrorSums:
        """Adds the sums of other images."""
        self.num_valid += other.num_valid
        self.angle += other.angle
        self.num_within = tuple(
            a + b for a, b in zip(self.num_within, other.num_within, strict=True)
        )
        self.histogram += other.histogram
        return self


def angles_between(prediction: Tensor, label: Tensor) -> Tensor:
    r"""Computes angles in double precision, small ones and ones near 180 degrees too.

    .. math:: \alpha = \operatorname{atan2}(\lVert \hat{n} \times n \rVert, \hat{n} \cdot n)

    Args:
        prediction: Vectors :math:`\hat{n}` of shape (3, P), of any length.
        label: Vectors :math:`n` of shape (3, P), of any length but 0.

    Returns:
        Angles in degrees, 0 to 180, shape (P,); 90 where the prediction is the zero vector, which
        is no nearer to the right direction than to the opposite one.
    """
    prediction, label = prediction.double(), label.double()
    # not torch's norm, which is ten times as slow on a CPU
    sine = torch.linalg.cross(prediction, label, dim=0).square().sum(dim=0).sqrt()
    cosine = (prediction * label).sum(dim=0)
    angle = torch.rad2deg(torch.atan2(sine, cosine))
    return torch.where((prediction != 0).any(dim=0), angle, _WITHOUT_DIRECTION)


def normal_error_sums(prediction: Tensor, label: Tensor, valid: Tensor) -> NormalErrorSums:
    """Sums the errors of one prediction over its valid pixels, in double precision.

    Args:
        prediction: Predicted vectors of shape (3, H, W), of any length.
        label: True vectors of the same shape.
        valid: Which pixels count, boolean of shape (H, W).

    Returns:
        The sums; all 0 if no pixel is valid.

    Raises:
        ValueError: If the shapes differ or are no such shape, or a label or the prediction of a
            valid pixel is NaN or infinite.
    """
    if prediction.shape != label.shape or label.ndim != 3 or label.shape[0] != 3:
        raise ValueError(
            'Expected a prediction and a label of one shape (3, H, W), found '
            f'{tuple(prediction.shape)} and {tuple(label.shape)}.'
        )
    check_finite(label, 'label', 'a pixel without a label is marked by a zero vector')
    prediction = prediction[:, valid]
    check_finite(prediction, 'prediction', 'every valid pixel needs a finite value')
    angle = angles_between(prediction, label[:, valid])
    bins = (angle / BIN_WIDTH).long().clamp(max=_NUM_BINS - 1)
    return NormalErrorSums(
        angle.numel(),
        float(angle.sum()),
        tuple(int((angle < threshold).sum()) for threshold in NORMAL_THRESHOLDS),
        torch.bincount(bins, minlength=_NUM_BINS).cpu(),
    )


def finalise_normal_errors(sums: NormalErrorSums) -> dict[str, float]:
    """Turns sums into the metrics.

    Args:
        sums: Sums over the images of a batch or a set.

    Returns:
        ``mean`` and ``median`` of the angle error in degrees, the latter to :data:`BIN_WIDTH` / 2,
        and ``11.25``, ``22.5``, ``30``, the percentages of pixels whose error is less than so many
        degrees. All NaN if there was no valid pixel.
    """
    count = sums.num_valid
    if count == 0:
        return dict.fromkeys(NORMAL_METRICS, math.nan)
    shares = [100 * number / count for number in sums.num_within]
    return dict(
        zip(NORMAL_METRICS, [sums.angle / count, _median(sums.histogram), *shares], strict=True)
    )


def _median(histogram: Tensor) -> float:
    """Gives the mean of the two middle values, each as the centre of its bin."""
    up_to_bin = histogram.cumsum(0)
    count = int(up_to_bin[-1])
    middle = torch.tensor([(count + 1) // 2, count // 2 + 1])
    bins = torch.searchsorted(up_to_bin, middle)
    return float((bins.double().mean() + 0.5) * BIN_WIDTH)
