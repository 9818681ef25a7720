from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any

from mmengine.dist import get_world_size

from mmmtl.evaluation.metrics.regression_metric import RegressionMetric


@dataclass
class ErrorShare:
    """What an :class:`AccumulatedMetric` remembers of the images that one process has seen.

    Args:
        whole: Sums over the images of all batches but the last one.
        num_images: Number of the images.
        figures: Sum of each metric over these batches, where the average is over batches.
        num_batches: Number of these batches that have the metric, by its name: one without a valid
            pixel, or without any that the metric needs, has none.
        last_batch: Sums of each image of the last batch: with several processes its last image may
            be one that the sampler repeated.
    """

    whole: Any
    num_images: int = 0
    figures: dict[str, float] = field(default_factory=dict)
    num_batches: dict[str, int] = field(default_factory=dict)
    last_batch: list[Any] = field(default_factory=list)


class AccumulatedMetric(RegressionMetric):
    """Base of the metrics that keep sums over all images, in an amount of memory that is fixed.

    With several processes the images that the sampler added to even out the ranks are dropped
    again: the result is that of one process. Arguments are those of
    :class:`~mmmtl.evaluation.metrics.RegressionMetric`. The sums of a subclass add up with ``+=``.
    """

    def __init__(
        self,
        task: str,
        average: str = 'dataset',
        output_dir: str | None = None,
        format_only: bool = False,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(task, average, output_dir, format_only, collect_device, prefix)
        self._share = self._empty_share()
        self._size = 0

    @abstractmethod
    def finalise(self, sums: Any) -> dict[str, float]:
        """Turns sums into metrics.

        Args:
            sums: Sums over the images of a batch or a set.

        Returns:
            The metrics without their prefix; all NaN without a valid pixel.
        """

    def add_batch(self, sums: list) -> None:
        """Adds a batch to what this process has seen.

        Args:
            sums: The sums of each image of the batch.
        """
        self._close_batch(self._share)
        self._share.num_images += len(sums)
        self._share.last_batch = sums

    def compute_metrics(self, results: list[ErrorShare]) -> dict[str, float]:
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
        total = self._empty_share()
        for share in results:
            self._close_batch(share)
            total.whole += share.whole
            for key, value in share.figures.items():
                _add(total.figures, key, value)
                _add(total.num_batches, key, share.num_batches[key])
        metrics = self.finalise(total.whole)
        if self.average == 'batch':
            counts = total.num_batches
            metrics = {
                key: total.figures[key] / counts[key] if key in counts else math.nan
                for key in metrics
            }
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
        self._share = self._empty_share()
        return super().evaluate(get_world_size())  # one result from each process

    def _empty_share(self) -> ErrorShare:
        return ErrorShare(type(self).sums_type())

    def _close_batch(self, share: ErrorShare) -> None:
        """Takes the last batch in."""
        merged = type(self).sums_type()
        for one in share.last_batch:
            merged += one
        share.last_batch = []
        share.whole += merged
        if self.average == 'batch':
            for key, value in self.finalise(merged).items():
                if not math.isnan(value):
                    _add(share.figures, key, value)
                    _add(share.num_batches, key, 1)

    def _drop_repeated(self, shares: list[ErrorShare]) -> None:
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


def _add(totals: dict[str, Any], key: str, value: float) -> None:
    totals[key] = totals.get(key, 0) + value
