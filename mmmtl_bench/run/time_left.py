"""How long a benchmark still takes."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from mmmtl_bench.run.benchmark_run import BenchmarkRun, RunState

_OVER = (RunState.FINISHED, RunState.FAILED)


def estimate_time_left(runs: Sequence[BenchmarkRun], slots: int) -> float | None:
    """Estimates how long a benchmark still takes, from the runs that it has seen going on.

    An epoch of a run is taken to last as long as the others of this run did, else as long as with
    the same architecture on the same data set, else as long as on average.

    Args:
        runs: All runs.
        slots: How many go on at the same time.

    Returns:
        Seconds, or None before anything is known.
    """
    unfinished = [run for run in runs if run.state not in _OVER]
    if not unfinished:
        return 0.0
    measured: dict[tuple[str, str], list[float]] = {}
    for run in runs:
        if run.seconds_per_epoch is not None:
            measured.setdefault(_kind(run), []).append(run.seconds_per_epoch)
    if not measured:
        return None
    average = statistics.fmean(value for values in measured.values() for value in values)
    left = []
    for run in unfinished:
        epoch = run.seconds_per_epoch or statistics.fmean(measured.get(_kind(run), [average]))
        seconds = epoch * (run.progress.length - run.progress.done) - run.seconds_in_epoch
        left.append(max(0.0, seconds))
    return max(sum(left) / slots, *left)


def _kind(run: BenchmarkRun) -> tuple[str, str]:
    return run.spec.dataset, run.spec.architecture
