"""Angle errors of the normals of a whole set, in an amount of memory that does not grow."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from mmengine.dist import get_world_size
from mmseg.registry import METRICS
from torch import Tensor

from mmmtl.evaluation.functional.normal import (
    NORMAL_METRICS,
    NormalErrorSums,
    finalise_normal_errors,
    normal_error_sums,
)
from mmmtl.evaluation.metrics.regression_metric import RegressionMetric
from mmmtl.tasks import NORMAL


@dataclass
class NormalErrorShare:
    """What :class:`NormalErrorMetric` remembers of the images that one process has seen.

    Args:
        num_images: Number of the images.
        whole: Sums over the images of all batches but the last one.
        figures: Sum of the metrics of these batches, where the average is over batches.
        num_batches: Number of these batches that have a valid pixel.
        last_batch: Sums of each image of the last batch: with several processes its last image may
            be one that the sampler repeated.
    """

    num_images: int = 0
    whole: NormalErrorSums = field(default_factory=NormalErrorSums)
    figures: dict[str, float] = field(default_factory=lambda: dict.fromkeys(NORMAL_METRICS, 0.0))
    num_batches: int = 0
    last_batch: list[NormalErrorSums] = field(default_factory=list)

    def add_batch(self, sums: list[NormalErrorSums]) -> None:
        """Takes the next batch.

        Args:
            sums: The sums of each image.
        """
        self.num_images += len(sums)
        merged = NormalErrorSums()
        for one in self.last_batch:
            merged += one
        self.last_batch = sums
        self.whole += merged
        if merged.num_valid > 0:
            self.num_batches += 1
            for key, value in finalise_normal_errors(merged).items():
                self.figures[key] += value


@METRICS.register_module()
class NormalErrorMetric(RegressionMetric):
    """Angle between predicted and true normals: mean, median, and shares within a threshold.

    Reports ``mean`` and ``median`` in degrees and ``11.25``, ``22.5`` and ``30``, the percentages
    of pixels that are less than so many degrees wrong (see
    :func:`mmmtl.evaluation.functional.finalise_normal_errors`), over the pixels with a label. An
    image without a valid pixel is left out; in a set without one every metric is NaN, with a
    warning in the log.

    Mean and shares are exact. The median comes from a histogram with bins of 0.001 degrees: it is
    exact to 0.0005 degrees. With several processes the images that the sampler added to even out
    the ranks are dropped again: the result is that of one process.

    Args:
        average: ``'dataset'`` averages over all valid pixels of the set. ``'batch'`` averages over
            the valid pixels of each batch, then over the batches, as the script of the MTAN authors
            does; the result depends on the batch size. Defaults to ``'dataset'``.
        task: Name of the task, one that predicts directions. Defaults to ``'normal'``.
        output_dir: Folder to which each prediction is written as a float32 ``.npy`` file (H, W, 3)
            with the name of its image. Defaults to None: no files.
        format_only: Whether only to write the files; no label is needed then. Defaults to False.
        collect_device: ``'cpu'`` or ``'gpu'``, where the ranks' results meet. Defaults to
            ``'cpu'``.
        prefix: Prefix of the metrics' names. Defaults to None: the name of the task.

    Raises:
        ValueError: If ``average`` is unknown or ``format_only`` lacks an ``output_dir``.
    """

    default_prefix = NORMAL.name
    sums_type = NormalErrorSums

    def __init__(
        self,
        average: str = 'dataset',
        task: str = NORMAL.name,
        output_dir: str | None = None,
        format_only: bool = False,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(task, average, output_dir, format_only, collect_device, prefix)
        self._share = NormalErrorShare()
        self._size = 0

    def image_sums(self, prediction: Tensor, label: Tensor) -> NormalErrorSums:
        """Sums the errors of one image.

        Args:
            prediction: Shape (3, H, W).
            label: Shape (3, H, W), zero vectors where invalid.

        Returns:
            The sums.
        """
        return normal_error_sums(prediction, label, self.task.valid_mask(label)[0])

    def add_batch(self, sums: list[NormalErrorSums]) -> None:
        """Adds a batch to what this process has seen.

        Args:
            sums: The sums of each image of the batch.
        """
        self._share.add_batch(sums)

    def compute_metrics(self, results: list[NormalErrorShare]) -> dict[str, float]:
        """Averages over the images of all processes.

        Args:
            results: What each process has seen, by rank.

        Returns:
            The metrics without their prefix; none with ``format_only``.

        Raises:
            ValueError: If there are more images than the set has and one more for each process.
        """
        if self.format_only:
            self.log_files()
            return {}
        self._drop_repeated(results)
        total = NormalErrorShare()
        for share in results:
            share.add_batch([])  # closes the last batch
            total.whole += share.whole
            total.num_batches += share.num_batches
            for key, value in share.figures.items():
                total.figures[key] += value
        if self.average == 'dataset':
            metrics = finalise_normal_errors(total.whole)
        else:
            count = total.num_batches or math.nan
            metrics = {key: value / count for key, value in total.figures.items()}
        self.log_metrics(metrics)
        return metrics

    def evaluate(self, size: int) -> dict[str, float]:
        """Collects what all processes have seen, computes the metrics and starts afresh.

        Args:
            size: Number of images of the set.

        Returns:
            The metrics with their prefix.
        """
        self._size = size
        self.results = [self._share]
        self._share = NormalErrorShare()
        return super().evaluate(get_world_size())  # one result from each process

    def _drop_repeated(self, shares: list[NormalErrorShare]) -> None:
        """Drops the images with which mmengine's samplers even out the ranks: the last ones."""
        found = sum(share.num_images for share in shares)
        repeated = max(found - self._size, 0)
        if repeated > len(shares):
            raise ValueError(
                f'Expected {self._size} images, and at most one more for each of {len(shares)} '
                f'processes, found {found}.'
            )
        for share in shares[len(shares) - repeated :]:
            del share.last_batch[-1]
