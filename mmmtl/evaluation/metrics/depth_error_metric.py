"""Depth errors of a whole set, kept as a few sums per image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mmengine.dist import get_rank
from mmseg.registry import METRICS
from torch import Tensor

from mmmtl.evaluation.functional.depth import (
    DEPTH_METRICS,
    DepthErrorSums,
    depth_error_sums,
    finalise_depth_errors,
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
    """

    batch: tuple[int, int]
    sums: DepthErrorSums


@METRICS.register_module()
class DepthErrorMetric(RegressionMetric):
    """Absolute, relative and squared depth error, and the accuracies under a threshold.

    Reports ``abs_err``, ``rel_err``, ``rmse``, ``d1``, ``d2`` and ``d3`` (see
    :func:`mmmtl.evaluation.functional.finalise_depth_errors`) over the pixels with a label, in the
    unit of the labels. An image without a valid pixel is left out; in a set without one every
    metric is NaN, with a warning in the log.

    Each image leaves one entry of a few numbers, whatever its size, and with several processes the
    entries that the sampler added to even out the ranks are dropped again: the result is that of
    one process.

    Args:
        average: ``'dataset'`` averages over all valid pixels of the set. ``'batch'`` averages over
            the valid pixels of each batch, then over the batches, as the script of the MTAN authors
            does; the result depends on the batch size. Defaults to ``'dataset'``.
        task: Name of the task, one that predicts scalars. Defaults to ``'depth'``.
        value_range: Smallest and largest label that counts, both included. Defaults to None: every
            positive label.
        output_dir: Folder to which each prediction is written as a float32 ``.npy`` file (H, W)
            with the name of its image. Defaults to None: no files.
        format_only: Whether only to write the files; no label is needed then. Defaults to False.
        collect_device: ``'cpu'`` or ``'gpu'``, where the ranks' results meet. Defaults to
            ``'cpu'``.
        prefix: Prefix of the metrics' names. Defaults to None: the name of the task.

    Raises:
        ValueError: If ``average`` is unknown, the range is empty or
            ``format_only`` lacks an ``output_dir``.
    """

    default_prefix = DEPTH.name
    sums_type = DepthErrorSums

    def __init__(
        self,
        average: str = 'dataset',
        task: str = DEPTH.name,
        value_range: Sequence[float] | None = None,
        output_dir: str | None = None,
        format_only: bool = False,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(task, average, output_dir, format_only, collect_device, prefix)
        self.value_range = None if value_range is None else _check_range(value_range)
        self._num_batches = 0

    def image_sums(self, prediction: Tensor, label: Tensor) -> DepthErrorSums:
        """Sums the errors of one image.

        Args:
            prediction: Shape (1, H, W).
            label: Shape (1, H, W).

        Returns:
            The sums.
        """
        valid = self.task.valid_mask(label)
        return depth_error_sums(prediction, label, valid, self.value_range)

    def add_batch(self, sums: list[DepthErrorSums]) -> None:
        """Adds one entry per image to the results.

        Args:
            sums: The sums of each image of a batch.
        """
        batch = (get_rank(), self._num_batches)
        self._num_batches += 1
        self.results.extend(DepthErrorEntry(batch, one) for one in sums)

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
        groups: dict[tuple[int, int] | None, list[DepthErrorSums]] = {}
        for entry in results:
            batch = entry.batch if self.average == 'batch' else None
            groups.setdefault(batch, []).append(entry.sums)
        merged = [merge_depth_errors(sums) for sums in groups.values()]
        errors = [finalise_depth_errors(sums) for sums in merged if sums.num_valid > 0]
        metrics = {
            key: math.fsum(error[key] for error in errors) / len(errors) if errors else math.nan
            for key in DEPTH_METRICS
        }
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


def _check_range(value_range: Sequence[float]) -> tuple[float, float]:
    if len(value_range) != 2 or not 0 <= value_range[0] < value_range[1]:
        raise ValueError(
            'value_range: expected the smallest and the largest label that counts, '
            f'0 <= smallest < largest, found {tuple(value_range)}.'
        )
    return float(value_range[0]), float(value_range[1])
