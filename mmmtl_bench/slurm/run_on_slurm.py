"""Runs a benchmark as jobs of Slurm."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mmmtl_bench.run.benchmark_run import BenchmarkRun, RunState
from mmmtl_bench.run.scheduler import RunsView
from mmmtl_bench.slurm.following import follow
from mmmtl_bench.slurm.job_options import JobOptions
from mmmtl_bench.slurm.job_queue import JobPlace, job_states, place_of
from mmmtl_bench.slurm.submission import last_job, submit


class JobsGoOnError(Exception):
    """Following jobs was interrupted; they go on."""


def run_on_slurm(
    runs: Sequence[BenchmarkRun], root: Path, options: JobOptions, view: RunsView
) -> None:
    """Submits what is not finished, and follows all jobs until they have ended.

    A run whose job of an earlier call is still in the queue gets no second one.

    Args:
        runs: The runs.
        root: Folder of the benchmark.
        options: What a job asks for.
        view: Is shown the runs again and again.

    Raises:
        JobsGoOnError: If following them was interrupted.
        ValueError: If Slurm does not take the jobs, or gives no answer.
    """
    unfinished = [run for run in runs if run.state is not RunState.FINISHED]
    states = job_states()
    if states is None:
        raise ValueError('--executor slurm: squeue gives no answer; is the controller running?')
    before = {str(run.folder): last_job(run) for run in unfinished}
    jobs = {
        folder: number
        for folder, number in before.items()
        if number is not None and place_of(states.get(number)) is not JobPlace.ENDED
    }
    try:
        jobs |= submit([run for run in unfinished if str(run.folder) not in jobs], root, options)
        follow(runs, jobs, root, view)
    except KeyboardInterrupt as error:
        for run in unfinished:  # those of an interrupted submission too
            number = last_job(run)
            if number is not None and number != before[str(run.folder)]:
                jobs[str(run.folder)] = number
        arrays = sorted({number.partition('_')[0] for number in jobs.values()})
        if not arrays:
            raise
        raise JobsGoOnError(
            f'Interrupted; the jobs go on. To end them:\n  scancel {" ".join(arrays)}'
        ) from error
