"""A run of a benchmark as what a job of Slurm does."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from mmmtl.engine.hooks.preemption_hook import PREEMPTED
from mmmtl_bench.run.benchmark_run import LOG_FILE, BenchmarkRun, Commands, RunState
from mmmtl_bench.run.slots import Slot, make_slots
from mmmtl_bench.suite.run_spec import RunSpec

SECONDS_TO_SAVE = 60
"""How long a training may take to save before its job is put back into the queue."""

_POLL_SECONDS = 0.5
_SECONDS_UNTIL_KILLED = 60.0
_ASKED_TO_END = {PREEMPTED, -signal.SIGTERM, -signal.SIGUSR1, -signal.SIGUSR2}


class RunFailedError(Exception):
    """The commands of a run failed."""


class RunJob:
    """Makes a run, or goes on with it; submitit calls it on the job's node.

    Slurm tells a job that it must end by signals. On SIGUSR2, of a time limit or of a preemption
    that gives notice, submitit calls :meth:`checkpoint` and puts the job back into the queue. A
    SIGTERM reaches the training, which saves and ends; the job then waits for Slurm to kill it and
    to put it back, and goes on if it does not.

    Args:
        spec: The run.
        root: Folder of the benchmark.
        commands: Gives the commands that make the run of its folder.
    """

    def __init__(self, spec: RunSpec, root: str | Path, commands: Commands) -> None:
        self.spec = spec
        self.root = Path(root)
        self.commands = commands
        self._run: BenchmarkRun | None = None

    def __call__(self) -> None:
        """Works until the run is finished; waits while another process works on it.

        Raises:
            RunFailedError: If one of its commands fails.
        """
        run = BenchmarkRun(self.spec, self.root, self.commands)
        self._run = run
        slot = job_slot()
        while run.state is not RunState.FINISHED:
            if run.start(slot):
                while not run.poll():
                    time.sleep(_POLL_SECONDS)
                if run.state is RunState.FAILED:
                    if run.exit_code not in _ASKED_TO_END:
                        raise RunFailedError(f'{run.failure}: see {run.folder / LOG_FILE}')
                    time.sleep(_SECONDS_UNTIL_KILLED)
            else:
                time.sleep(_POLL_SECONDS)

    def checkpoint(self) -> Any:
        """Lets the training save and end, before the job is put back into the queue.

        Returns:
            What the job does the next time.
        """
        from submitit.helpers import DelayedSubmission

        if self._run is not None:
            self._run.ask_to_end()
            self._run.end(SECONDS_TO_SAVE)
        return DelayedSubmission(RunJob(self.spec, self.root, self.commands))


def job_slot() -> Slot:
    """Gives the place of a run in its job: its first GPU, and its share of the cores."""
    cores = os.environ.get('SLURM_CPUS_PER_TASK')
    if cores is not None:
        os.environ.setdefault('OMP_NUM_THREADS', cores)
    return make_slots(jobs=1)[0]
