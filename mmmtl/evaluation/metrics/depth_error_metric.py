"""Errors of the numbers of a whole set, kept as a few sums per image."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from mmengine.dist import get_rank
from mmseg.registry import METRICS
from torch import Tensor

from mmmtl.evaluation.functional.crops import check_crop, crop_slices
from mmmtl.evaluation.functional.depth import (
    DEPTH_METRICS,
    FINITE,
    SCALAR_METRICS,
    DepthErrorSums,
    check_scalar_metrics,
    depth_error_sums,
    finalise_depth_errors,
    infinitely_far,
    merge_depth_errors,
)
from mmmtl.evaluation.metrics.regression_metric import RegressionMetric
from mmmtl.tasks import DEPTH


@dataclass(frozen=True)
class DepthErrorEntry:
    """What :class:`DepthErrorMetric` remembers of one image.

    Args:
        batch: Rank and number of the batch that the image came in.
        sums: Sums of the image's errors.
        finite: The same without infinitely far pixels; None if it was not asked for.
    """

    batch: tuple[int, int]
    sums: DepthErrorSums
    finite: DepthErrorSums | None = None


class _ImageErrors(NamedTuple):
    sums: DepthErrorSums = DepthErrorSums()
    finite: DepthErrorSums | None = None


@METRICS.register_module()
class DepthErrorMetric(RegressionMetric):
    """Errors of a task of numbers, such as a depth or a saliency.

    Reports, in the unit of the labels, metrics of those that
    :func:`mmmtl.evaluation.functional.finalise_depth_errors` explains, over the pixels with a
    label; the task says which these are. Ratios and logarithms are of the pixels whose label is
    positive: where labels may be 0 or less, the others count for ``abs_err`` and ``rmse`` alone. An
    image without a valid pixel is left out; in a set without one every metric is NaN, with a
    warning in the log.

    Each image leaves one entry of a few numbers, whatever its size, and with several processes the
    entries that the sampler added to even out the ranks are dropped again: the result is that of
    one process.

    Where something is infinitely far, the inverse depth is next to 0, and a ratio to it says little
    of what lies in the image: with ``infinite`` every metric is reported again without these
    pixels, with ``_finite`` at the end of its name, such as ``depth/rel_err_finite``.

    Example, the usual evaluation of KITTI::

        dict(
            type='DepthErrorMetric',
            metrics=['rel_err', 'sq_rel', 'rmse', 'rmse_log', 'silog', 'd1', 'd2', 'd3'],
            min_value=1e-3,
            max_value=80,
            crop='garg',
        )

    Args:
        average: ``'dataset'`` averages over all valid pixels of the set. ``'batch'`` averages over
            the valid pixels of each batch, then over the batches that have any, as the script of
            the MTAN authors does; the result depends on the batch size. Defaults to ``'dataset'``.
        task: Name of the task, one that predicts scalars. Defaults to ``'depth'``.
        metrics: What to report, in this order, of ``'abs_err'``, ``'rel_err'``, ``'sq_rel'``,
            ``'rmse'``, ``'rmse_log'``, ``'log10'``, ``'silog'``, ``'d1'``, ``'d2'`` and ``'d3'``.
            Defaults to ``abs_err``, ``rel_err``, ``rmse``, ``d1``, ``d2`` and ``d3``.
        min_value: Smallest label that counts, included; smaller predictions count as it, for every
            metric. Logarithms need a positive one where predictions may not be positive. Defaults
            to None: every valid label counts, and predictions as they are.
        max_value: Largest label that counts, included; larger predictions count as it. Defaults to
            None.
        crop: Part of the image in which pixels count: ``'eigen'`` or ``'garg'`` (KITTI), or
            ``'eigen_nyu'`` (NYUv2 at 480x640), see
            :func:`mmmtl.evaluation.functional.crop_slices`. Defaults to None: all of it.
        infinite: Label of an infinitely far pixel, such as ``1 / 65535`` in CityScapes' ``mtan``
            unit. Such pixels count in the metrics above, and not in those that are reported beside
            them. Defaults to None: nothing is reported beside them.
        output_dir: Folder to which each prediction is written as a float32 ``.npy`` file (H, W)
            with the name of its image. Defaults to None: no files.
        format_only: Whether only to write the files; no label is needed then. Defaults to False.
        collect_device: ``'cpu'`` or ``'gpu'``, where the ranks' results meet. Defaults to
            ``'cpu'``.
        prefix: Prefix of the metrics' names. Defaults to None: the name of the task.

    Raises:
        ValueError: If ``average``, a metric or the crop is unknown, the limits leave nothing,
            ``infinite`` is no number or ``format_only`` lacks an ``output_dir``.
    """

    default_prefix = DEPTH.name
    channels = 1
    sums_type = _ImageErrors
    higher_is_better = {
        name + end: name in ('d1', 'd2', 'd3') for end in ('', FINITE) for name in SCALAR_METRICS
    }

    def __init__(
        self,
        average: str = 'dataset',
        task: str = DEPTH.name,
        metrics: Sequence[str] = DEPTH_METRICS,
        min_value: float | None = None,
        max_value: float | None = None,
        crop: str | None = None,
        infinite: float | None = None,
        output_dir: str | None = None,
        format_only: bool = False,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(task, average, output_dir, format_only, collect_device, prefix)
        check_scalar_metrics(metrics)
        if min_value is not None and max_value is not None and not min_value < max_value:
            raise ValueError(
                f'min_value: expected less than max_value, found {min_value} and {max_value}.'
            )
        if crop is not None:
            check_crop(crop)
        if infinite is not None and not math.isfinite(infinite):
            raise ValueError(
                'infinite: expected the number that stands for infinitely far in the labels, '
                f'found {infinite}.'
            )
        self.metrics = tuple(metrics)
        self.min_value = min_value
        self.max_value = max_value
        self.crop = crop
        self.infinite = infinite
        self._num_batches = 0

    @property
    def reported_names(self) -> tuple[str, ...]:
        """tuple: Names of the metrics, without their prefix."""
        if self.format_only:
            return ()
        ends = ('',) if self.infinite is None else ('', FINITE)
        return tuple(name + end for end in ends for name in self.metrics)

    def image_sums(self, prediction: Tensor, label: Tensor) -> _ImageErrors:
        """Sums the errors of one image.

        Args:
            prediction: Shape (1, H, W).
            label: Shape (1, H, W).

        Returns:
            The sums of all pixels that count, and of those of them at a finite distance if they are
            reported.

        Raises:
            ValueError: If they do not fit, the crop is for another size, or there is a prediction
                without a logarithm that is needed.
        """
        valid = self.task.valid_mask(label)
        if self.crop is not None:
            rows, columns = crop_slices(self.crop, (label.shape[-2], label.shape[-1]))
            inside = torch.zeros_like(valid)
            inside[..., rows, columns] = True
            valid = valid & inside
        limits = self.min_value, self.max_value
        sums = depth_error_sums(prediction, label, valid, *limits, self.metrics)
        if self.infinite is None:
            return _ImageErrors(sums)
        valid = valid & ~infinitely_far(label, self.infinite)
        finite = depth_error_sums(prediction, label, valid, *limits, self.metrics)
        return _ImageErrors(sums, finite)

    def add_batch(self, sums: list[_ImageErrors]) -> None:
        """Adds one entry per image to the results.

        Args:
            sums: The sums of each image of a batch.
        """
        batch = (get_rank(), self._num_batches)
        self._num_batches += 1
        self.results.extend(DepthErrorEntry(batch, *one) for one in sums)

    def compute_metrics(self, results: list[DepthErrorEntry]) -> dict[str, float]:
        """Averages the entries of all images.

        Args:
            results: The entries of all ranks.

        Returns:
            The metrics without their prefix; none with ``format_only``.
        """
        if self.format_only:
            self.log_files()
            return {}
        metrics = self._average((entry.batch, entry.sums) for entry in results)
        if self.infinite is not None:
            finite = ((entry.batch, entry.finite) for entry in results if entry.finite)
            metrics |= {f'{key}{FINITE}': value for key, value in self._average(finite).items()}
        self.log_metrics(metrics)
        return metrics

    def evaluate(self, size: int) -> dict[str, float]:
        """Collects the entries of all ranks, computes the metrics and forgets the entries.

        Args:
            size: Number of images of the set.

        Returns:
            The metrics with their prefix.
        """
        metrics = super().evaluate(size)
        self._num_batches = 0
        return metrics

    def _average(
        self, entries: Iterable[tuple[tuple[int, int], DepthErrorSums]]
    ) -> dict[str, float]:
        groups: dict[tuple[int, int] | None, list[DepthErrorSums]] = {}
        for batch, sums in entries:
            groups.setdefault(batch if self.average == 'batch' else None, []).append(sums)
        merged = [merge_depth_errors(sums) for sums in groups.values()]
        errors = [finalise_depth_errors(sums, self.metrics) for sums in merged]
        return {key: _mean_of_known(error[key] for error in errors) for key in self.metrics}


def _mean_of_known(values: Iterable[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan
