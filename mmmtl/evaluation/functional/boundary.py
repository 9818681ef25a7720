"""Scores of predicted boundaries, whose pixels are paired with those of the labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from mmmtl.evaluation.functional.boundary_matching import BoundaryMatching
from mmmtl.evaluation.functional.finite import check_finite
from mmmtl.evaluation.functional.ridges import suppress_non_maxima
from mmmtl.tasks import IGNORED
from mmmtl.thinning import thin

BOUNDARY_METRICS = ('odsF', 'oisF', 'AP')
"""Keys of :func:`finalise_boundary_scores`, in this order."""

BOUNDARY_THRESHOLDS = tuple(step / 100 for step in range(1, 100))
"""Probabilities from which on a pixel is one of a boundary: 0.01, 0.02, ..., 0.99."""


@dataclass
class BoundaryScoreSums:
    """What images add to the scores of a set.

    The numbers are pixels: predicted ones that have a partner, all predicted ones, labelled ones
    that have a partner, and all labelled ones; the last two of all annotators together.

    Args:
        counts: These four at each threshold, int64 of shape (thresholds, 4).
        best: These four at the threshold that suits each image best, int64 of shape (4,).
    """

    counts: np.ndarray = field(default_factory=lambda: np.zeros((1, 4), np.int64))
    best: np.ndarray = field(default_factory=lambda: np.zeros(4, np.int64))

    def __iadd__(self, other: BoundaryScoreSums) -> BoundaryScoreSums:
        """Adds the sums of other images."""
        self.counts = self.counts + other.counts
        self.best = self.best + other.best
        return self


def boundary_score_sums(
    prediction: np.ndarray,
    labels: np.ndarray,
    max_dist: float = 0.0075,
    thresholds: Sequence[float] = BOUNDARY_THRESHOLDS,
    suppress: bool = True,
    thin_labels: bool = True,
) -> BoundaryScoreSums:
    """Pairs the boundaries of one prediction with those of its labels, at each threshold.

    The prediction's crests are kept (:func:`~mmmtl.evaluation.functional.suppress_non_maxima`), and
    what reaches a threshold is thinned (:func:`mmmtl.thinning.thin`) and paired with
    each annotator's pixels by itself (:class:`~mmmtl.evaluation.functional.BoundaryMatching`). A
    predicted pixel that any annotator has drawn is right; each pixel of each annotator is to be
    found. Thresholds between which no pixel lies are counted once.

    Args:
        prediction: Probabilities from 0 to 1, shape (H, W).
        labels: 0 and 1, above a half is a boundary, and 255 without a label; shape (annotators, H,
            W). Predictions where no annotator has a label do not count.
        max_dist: Largest distance of two pixels that are one, as a share of the image's diagonal:
            0.0075 for BSDS and PASCAL, 0.011 for NYUD. Defaults to 0.0075.
        thresholds: Probabilities from which on a pixel is one of a boundary. Defaults to 0.01,
            0.02, ..., 0.99.
        suppress: Whether crests are looked for; not if the prediction has no others. Defaults to
            True.
        thin_labels: Whether the labels are thinned too. Defaults to True.

    Returns:
        The sums; all 0 if no pixel has a label.

    Raises:
        ValueError: If the shapes do not fit, or the prediction of a labelled pixel is no
            probability.
    """
    if labels.ndim != 3 or prediction.shape != labels.shape[1:]:
        raise ValueError(
            'Expected a prediction (H, W) and labels (annotators, H, W), found '
            f'{prediction.shape} and {labels.shape}.'
        )
    valid = (labels != IGNORED).any(axis=0)
    counted = prediction[valid].astype(np.float64)
    expected = 'every valid pixel needs a probability'
    check_finite(torch.from_numpy(counted), 'prediction', expected)
    if counted.size and not (counted.min() >= 0 and counted.max() <= 1):
        raise ValueError(
            f'Expected probabilities from 0 to 1, found {counted.min():g} to {counted.max():g}.'
        )
    values = np.nan_to_num(prediction.astype(np.float64), posinf=0, neginf=0)
    values = np.where(valid, suppress_non_maxima(values) if suppress else values, -1)
    drawn = (labels > 0.5) & (labels != IGNORED)
    drawn = np.stack([thin(one) for one in drawn]) if thin_labels else drawn
    masks = _thinned(values, thresholds)
    ever = np.logical_or.reduce(list(masks.values()))
    places = np.flatnonzero(ever)
    distance = max_dist * math.hypot(*prediction.shape)
    matchings = [BoundaryMatching(ever, one, distance) for one in drawn]
    known: dict[bytes, tuple[int, int, int]] = {}
    counts = np.zeros((len(thresholds), 4), np.int64)
    counts[:, 3] = np.count_nonzero(drawn)
    for row in np.argsort(thresholds)[::-1]:  # from few pixels to many
        chosen = masks[_number(values >= thresholds[row])].take(places)
        key = np.packbits(chosen).tobytes()
        if key not in known:
            matched = [matching.match(chosen) for matching in matchings]
            hits = _number(np.logical_or.reduce(matched))
            known[key] = (hits, _number(chosen), _number(np.stack(matched)))
        counts[row, :3] = known[key]
    return BoundaryScoreSums(counts, counts[np.argmax(_f_scores(counts))])


def finalise_boundary_scores(sums: BoundaryScoreSums) -> dict[str, float]:
    r"""Turns sums into the scores.

    Args:
        sums: Sums over the images of a batch or a set.

    Returns:
        In percent, with :math:`F = 2 P R / (P + R)`: ``odsF``, F at the one threshold that is best
        for the set; ``oisF``, F of the pixels that each image has at its own best threshold; and
        ``AP``, the mean precision at the recalls 0, 0.01, ..., 1, linear between the thresholds and
        0 outside of them (the program of BSDS divides their sum by 100, not by their number 101,
        and also tries thresholds between the given ones). All NaN without a labelled boundary.
    """
    if not sums.counts[:, 3].any():
        return dict.fromkeys(BOUNDARY_METRICS, math.nan)
    return {
        'odsF': 100 * float(_f_scores(sums.counts).max()),
        'oisF': 100 * float(_f_scores(sums.best[None])[0]),
        'AP': 100 * _average_precision(*_precision_recall(sums.counts)),
    }


def _thinned(values: np.ndarray, thresholds: Sequence[float]) -> dict[int, np.ndarray]:
    """Thins what reaches each threshold; by the number of these pixels, which says which it is."""
    masks: dict[int, np.ndarray] = {}
    for threshold in thresholds:
        mask = values >= threshold
        number = _number(mask)
        if number not in masks:
            masks[number] = thin(mask)
    return masks


def _number(mask: np.ndarray) -> int:
    return int(np.count_nonzero(mask))


def _precision_recall(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    hits, found, recalled, labelled = counts.T
    precision = np.divide(hits, found, out=np.zeros(len(counts)), where=found > 0)
    return precision, np.divide(recalled, labelled, out=np.zeros(len(counts)), where=labelled > 0)


def _f_scores(counts: np.ndarray) -> np.ndarray:
    precision, recall = _precision_recall(counts)
    total = precision + recall
    return np.divide(2 * precision * recall, total, out=np.zeros(len(counts)), where=total > 0)


def _average_precision(precision: np.ndarray, recall: np.ndarray) -> float:
    recalls = np.unique(recall)
    best = [precision[recall == one].max() for one in recalls]
    steps = np.linspace(0, 1, 101)
    return float(np.interp(steps, recalls, best, left=0, right=0).mean())
