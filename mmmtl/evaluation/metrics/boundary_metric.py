"""Scores of the boundaries of a whole set, in an amount of memory that does not grow."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial

import numpy as np
from mmengine.dist import get_world_size
from mmseg.registry import METRICS
from torch import Tensor

from mmmtl.evaluation.functional.boundary import (
    BOUNDARY_METRICS,
    BOUNDARY_THRESHOLDS,
    BoundaryScoreSums,
    boundary_score_sums,
    finalise_boundary_scores,
)
from mmmtl.evaluation.metrics.accumulated_metric import AccumulatedMetric
from mmmtl.tasks import BinaryTask
from mmmtl.worker_pool import worker_pool

_WAITING = 4
"""Images that may wait for each worker."""


@METRICS.register_module()
class BoundaryMetric(AccumulatedMetric):
    """F-scores of predicted boundaries, paired with the labelled ones pixel by pixel.

    Reports ``odsF``, ``oisF`` and ``AP`` in percent (see
    :func:`mmmtl.evaluation.functional.finalise_boundary_scores`), as the benchmark of BSDS defines
    them: crests of the probability map, thinned at each threshold, paired one to one with the
    labelled pixels within reach. Labels may be those of several annotators, one a channel.

    Args:
        task: Name of the task.
        max_dist: Largest distance of two pixels that are one, as a share of the image's diagonal.
            Defaults to 0.0075, as on BSDS and PASCAL; 0.011 on NYUD.
        thresholds: Probabilities from which on a pixel is one of a boundary. Defaults to None:
            0.01, 0.02, ..., 0.99.
        suppress: Whether crests of the prediction are looked for. Defaults to True.
        thin_labels: Whether the labels are thinned too. Defaults to True.
        workers: Processes that count, beside this one; 0 counts in this one. Defaults to None: as
            many as there are cores for each process, or 0 where there is one core.
        average: ``'dataset'`` counts the pixels of the whole set together. ``'batch'`` averages the
            scores of the batches that have them. Defaults to ``'dataset'``.
        output_dir: Folder to which each prediction is written as a float32 ``.npy`` file with the
            name of its image. Defaults to None: no files.
        format_only: Whether only to write the files; no label is needed then. Defaults to False.
        collect_device: ``'cpu'`` or ``'gpu'``, where the ranks' results meet. Defaults to
            ``'cpu'``.
        prefix: Prefix of the metrics' names. Defaults to None: the name of the task. A
            :class:`BinaryMetric` of the same task also reports an ``AP``, of pixels: give one of
            them another prefix.

    Raises:
        ValueError: If ``average`` is unknown, ``max_dist`` or ``workers`` is negative, a threshold
            is not above 0 and up to 1, or ``format_only`` lacks an ``output_dir``.
    """

    task_type = BinaryTask
    sums_type = BoundaryScoreSums
    higher_is_better = dict.fromkeys(BOUNDARY_METRICS, True)

    def __init__(
        self,
        task: str,
        max_dist: float = 0.0075,
        thresholds: Sequence[float] | None = None,
        suppress: bool = True,
        thin_labels: bool = True,
        workers: int | None = None,
        average: str = 'dataset',
        output_dir: str | None = None,
        format_only: bool = False,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(task, average, output_dir, format_only, collect_device, prefix)
        if not max_dist >= 0:
            raise ValueError(f'max_dist: expected a share of the diagonal, found {max_dist}.')
        chosen = BOUNDARY_THRESHOLDS if thresholds is None else tuple(thresholds)
        if not (len(chosen) and 0 < min(chosen) <= max(chosen) <= 1):
            raise ValueError(
                f'thresholds: expected numbers above 0 and up to 1, found {thresholds}.'
            )
        if workers is not None and workers < 0:
            raise ValueError(f'workers: expected a number of processes, found {workers}.')
        self.workers = workers
        self._count = partial(
            boundary_score_sums,
            max_dist=max_dist,
            thresholds=chosen,
            suppress=suppress,
            thin_labels=thin_labels,
        )
        self._waiting: deque[list] = deque()
        self._stack = ExitStack()
        self._pool: ProcessPoolExecutor | None = None

    def image_sums(self, prediction: Tensor, label: Tensor) -> BoundaryScoreSums | Future:
        """Counts the pixels of one image, or lets a worker do it.

        Args:
            prediction: Probabilities, shape (1, H, W).
            label: Shape (annotators, H, W).

        Returns:
            The sums, or what will be the sums.
        """
        arrays: tuple[np.ndarray, np.ndarray] = (
            prediction[0].float().cpu().numpy(),
            label.cpu().numpy(),
        )
        workers = _free_cores() if self.workers is None else self.workers
        if not workers:
            return self._count(*arrays)
        if self._pool is None:
            self._pool = self._stack.enter_context(worker_pool(workers))
        while sum(map(len, self._waiting)) >= workers * _WAITING:
            self._take_oldest()
        return self._pool.submit(self._count, *arrays)

    def add_batch(self, sums: list) -> None:
        """Adds a batch, once its images are counted.

        Args:
            sums: What :meth:`image_sums` gives for each image of the batch.
        """
        self._waiting.append(sums)
        if self._pool is None:
            self._take_oldest()

    def evaluate(self, size: int) -> dict[str, float]:
        """Waits for the images that are not counted yet, computes the scores and starts afresh.

        Args:
            size: Number of images of the set.

        Returns:
            The scores with their prefix.

        Raises:
            ValueError: If prediction and label of an image do not fit.
        """
        try:
            while self._waiting:
                self._take_oldest()
        finally:
            self._waiting.clear()
            self._pool = None
            self._stack.close()
        return super().evaluate(size)

    def finalise(self, sums: BoundaryScoreSums) -> dict[str, float]:
        """Turns sums into scores.

        Args:
            sums: Sums over the images of a batch or a set.

        Returns:
            The scores without their prefix.
        """
        return finalise_boundary_scores(sums)

    def _take_oldest(self) -> None:
        batch = self._waiting.popleft()
        super().add_batch([one.result() if isinstance(one, Future) else one for one in batch])


def _free_cores() -> int:
    """Tells how many workers each process of the evaluation may have; 0 with one core."""
    here = int(os.environ.get('LOCAL_WORLD_SIZE', get_world_size()))
    share = len(os.sched_getaffinity(0)) // here if hasattr(os, 'sched_getaffinity') else 1
    return share if share > 1 else 0
