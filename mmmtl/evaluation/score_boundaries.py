from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence, Sized
from concurrent.futures import Future
from functools import partial

import numpy as np
from rich.progress import track

from mmmtl.evaluation.functional.boundary import (
    BOUNDARY_THRESHOLDS,
    BoundaryScoreSums,
    boundary_score_sums,
    finalise_boundary_scores,
)
from mmmtl.worker_pool import worker_pool

Pairs = Iterable[tuple[np.ndarray, np.ndarray]]

_WAITING = 4
"""Images that may wait for each worker."""


def score_boundaries(
    pairs: Pairs,
    max_dist: float = 0.0075,
    thresholds: Sequence[float] = BOUNDARY_THRESHOLDS,
    suppress: bool = True,
    thin_labels: bool = True,
    workers: int = 0,
    progress: bool = True,
) -> dict[str, float]:
    """Scores predicted boundaries that come from anywhere, such as a detector's on BSDS.

    The numbers are those of a :class:`~mmmtl.evaluation.BoundaryMetric` of the same arguments.

    Args:
        pairs: For each image its probabilities from 0 to 1, shape (H, W), and its labels, 0 and 1,
            and 255 without a label, shape (annotators, H, W). Few are held at a time.
        max_dist: See :func:`mmmtl.evaluation.functional.boundary_score_sums`, as for the arguments
            that follow. Defaults to 0.0075.
        thresholds: Probabilities from which on a pixel is one of a boundary. Defaults to 0.01,
            0.02, ..., 0.99.
        suppress: Whether crests of the prediction are looked for. Defaults to True.
        thin_labels: Whether the labels are thinned too. Defaults to True.
        workers: Processes that count; 0 counts in this one. Defaults to 0.
        progress: Whether to show a progress bar. Defaults to True.

    Returns:
        ``odsF``, ``oisF`` and ``AP`` in percent, see
        :func:`mmmtl.evaluation.functional.finalise_boundary_scores`.

    Raises:
        concurrent.futures.process.BrokenProcessPool: If a process was killed.
        ValueError: If ``workers`` is negative, or prediction and labels of an image do not fit.

    >>> line = np.eye(9)
    >>> score_boundaries([(line, line[None])], progress=False)['odsF']
    100.0
    """
    if workers < 0:
        raise ValueError(f'workers: expected a number of processes, found {workers}.')
    count = partial(
        boundary_score_sums,
        max_dist=max_dist,
        thresholds=tuple(thresholds),
        suppress=suppress,
        thin_labels=thin_labels,
    )
    results = _in_processes(count, pairs, workers) if workers else (count(*one) for one in pairs)
    number = len(pairs) if isinstance(pairs, Sized) else None
    total = BoundaryScoreSums()
    for sums in track(results, 'Scoring boundaries', total=number, disable=not progress):
        total += sums
    return finalise_boundary_scores(total)


def _in_processes(count: partial, pairs: Pairs, workers: int) -> Iterator[BoundaryScoreSums]:
    waiting: deque[Future] = deque()
    with worker_pool(workers) as pool:
        for one in pairs:
            while len(waiting) >= workers * _WAITING:
                yield waiting.popleft().result()
            waiting.append(pool.submit(count, *one))
        while waiting:
            yield waiting.popleft().result()
