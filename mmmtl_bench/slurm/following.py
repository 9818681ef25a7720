"""Follows the runs of a benchmark that are jobs of Slurm."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from mmmtl_bench.run.benchmark_run import BenchmarkRun, RunState
from mmmtl_bench.run.scheduler import RunsView
from mmmtl_bench.slurm.job_queue import JobPlace, job_states, place_of
from mmmtl_bench.slurm.submission import job_log

_POLL_SECONDS = 5.0
_PATIENCE = 60.0
"""Seconds in which the record of a finished run must be seen here too; file systems of clusters
show what other nodes wrote after a while."""
_WITHOUT_ERROR = (None, 'COMPLETED', 'COMPLETING')
_OVER = (RunState.FINISHED, RunState.FAILED)
_STATES = {JobPlace.WAITING: RunState.WAITING, JobPlace.RUNNING: RunState.RUNNING}


def follow(
    runs: Sequence[BenchmarkRun],
    jobs: Mapping[str, str],
    root: Path,
    view: RunsView,
    poll_seconds: float = _POLL_SECONDS,
    patience: float = _PATIENCE,
) -> None:
    """Follows runs until all have ended.

    Args:
        runs: All runs.
        jobs: Numbers of the jobs by the folders of the runs that are not finished.
        root: Folder of the benchmark.
        view: Is shown the runs again and again.
        poll_seconds: How often to look. Defaults to 5.
        patience: How long a run may have no record after its job ended without an error. Defaults
            to 60 seconds.
    """
    ended: dict[str, float] = {}
    while True:
        states = job_states()
        if states is not None:
            for run in runs:
                if run.state not in _OVER:
                    number = jobs[str(run.folder)]
                    _observe(run, number, states.get(number), root, ended, patience)
        view.show(runs, max(1, sum(run.state is RunState.RUNNING for run in runs)))
        if all(run.state in _OVER for run in runs):
            return
        time.sleep(poll_seconds)


def _observe(
    run: BenchmarkRun,
    number: str,
    state: str | None,
    root: Path,
    ended: dict[str, float],
    patience: float,
) -> None:
    place = place_of(state)
    if place is not JobPlace.ENDED:
        ended.pop(number, None)
        run.observe(_STATES[place])
        return
    run.refresh()
    if run.state is RunState.FINISHED:
        return
    since = ended.setdefault(number, time.monotonic())
    if state in _WITHOUT_ERROR and time.monotonic() - since < patience:
        return
    how = f'is {state}' if state else 'is no longer in the queue'
    run.observe(RunState.FAILED, f'job {number} {how} ({job_log(root, number)})')
