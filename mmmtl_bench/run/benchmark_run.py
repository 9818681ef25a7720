"""One run of a benchmark, from waiting to finished."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path

from mmmtl.compat.storage import find_latest_checkpoint
from mmmtl.files import write_atomically
from mmmtl_bench.run.run_lock import RunLock
from mmmtl_bench.run.run_process import RunProcess
from mmmtl_bench.run.run_progress import RunProgress, training_length
from mmmtl_bench.run.run_record import RECORD_FILE
from mmmtl_bench.run.slots import Slot
from mmmtl_bench.suite.experiment_file import experiment_config, write_experiment
from mmmtl_bench.suite.run_spec import SPEC_FILE, RunSpec
from mmmtl_bench.suite.strict_values import read_json

LOG_FILE = 'run.log'
"""Output of a run's processes."""

Commands = Callable[[Path], Sequence[Sequence[str]]]
"""Gives the commands of the run in a folder."""


class RunState(Enum):
    """What a run is at."""

    WAITING = 'waiting'
    RUNNING = 'running'
    HELD = 'held'
    """Another process works on it: one that an earlier benchmark left behind, or another one's."""
    FINISHED = 'finished'
    FAILED = 'failed'


class BenchmarkRun:
    """One run of a benchmark.

    Args:
        spec: The run.
        root: Folder of the benchmark.
        commands: Gives the commands that make the run of its folder.
    """

    def __init__(self, spec: RunSpec, root: str | Path, commands: Commands) -> None:
        self.spec = spec
        self.folder = Path(root, spec.folder)
        self.exit_code: int | None = None
        """What the command returned that failed."""
        self.failure: str | None = None
        """Why it failed, such as ``'exit code 1'``."""
        self.progress = RunProgress(self.folder, *training_length(experiment_config(spec)))
        self.state = RunState.WAITING
        self.commands = commands
        self._process: RunProcess | None = None
        self._started = 0.0
        self._ended = 0.0
        self._done = (0, 0.0)
        self._done_at_start = 0
        self.refresh()

    @property
    def seconds(self) -> float:
        """How long it has been running, or ran, this time; 0 before."""
        if self.state is RunState.RUNNING:
            return time.monotonic() - self._started
        return self._ended - self._started

    @property
    def seconds_per_epoch(self) -> float | None:
        """How long an epoch, or iteration, took this time; None before the first is over."""
        done, at = self._done
        new = done - self._done_at_start
        return (at - self._started) / new if new > 0 else None

    @property
    def seconds_in_epoch(self) -> float:
        """How long ago the last epoch, or iteration, was over; 0 if it is not running."""
        return time.monotonic() - self._done[1] if self.state is RunState.RUNNING else 0.0

    def refresh(self) -> None:
        """Reads the run's folder: how far it is, and whether it is finished."""
        self.progress.update()
        if self._process is None and is_finished(self.folder, self.spec):
            if self.state is RunState.RUNNING:
                self._ended = time.monotonic()
            self.state = RunState.FINISHED

    def start(self, slot: Slot) -> bool:
        """Starts the run, or goes on with it.

        Args:
            slot: Where it runs.

        Returns:
            Whether it was started. It is not if another process works on it (its state is then
            ``HELD``), or has finished it meanwhile.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = RunLock.take(self.folder)
        self.state = RunState.WAITING if lock else RunState.HELD
        self.refresh()
        if lock is None:
            return False
        if self.state is RunState.FINISHED:
            lock.release()
            return False
        self.describe()
        log = self.folder / LOG_FILE
        self._process = RunProcess(self.commands(self.folder), log, lock, slot.variables)
        self._begin()
        return True

    def describe(self) -> None:
        """Writes into the run's folder which run it is."""
        spec = json.dumps(self.spec.to_json(), indent=2) + '\n'
        write_atomically(self.folder / SPEC_FILE, spec)
        write_experiment(self.spec, self.folder)

    def observe(self, state: RunState, failure: str | None = None) -> None:
        """Takes note of what a run is at that goes on elsewhere, such as on another machine.

        Args:
            state: What it is at, unless it is finished, which its folder tells.
            failure: Why it failed. Defaults to None: it has not.
        """
        if state is RunState.RUNNING and self.state is not RunState.RUNNING:
            self.progress.update()
            self._begin()
        elif self.state is RunState.RUNNING and state is not RunState.RUNNING:
            self._ended = time.monotonic()
        self.state, self.failure = state, failure
        if state is not RunState.WAITING:
            self._count()
            self.refresh()

    def poll(self) -> bool:
        """Follows a run that is going on.

        Returns:
            Whether it has ended: its state is then ``FINISHED`` or ``FAILED``.
        """
        if self._process is None:
            return False
        self._count()
        code = self._process.poll()
        if code is None:
            return False
        self._process = None
        self._ended = time.monotonic()
        self.exit_code, self.failure = code, f'exit code {code}'
        self.state = RunState.FAILED
        self.refresh()
        if self.state is RunState.FINISHED:
            remove_old_checkpoints(self.folder)
        return True

    def ask_to_end(self) -> None:
        """Asks the run's processes to end; :meth:`end` waits for them."""
        if self._process is not None:
            self._process.ask_to_end()

    def end(self, seconds: float) -> None:
        """Ends the run's processes; it can go on later.

        Args:
            seconds: How long to wait before they are killed.
        """
        if self._process is not None:
            self._process.end(seconds)
            self._process = None
            self._ended = time.monotonic()
            self.state = RunState.WAITING

    def _begin(self) -> None:
        self._started = time.monotonic()
        self._done_at_start = self.progress.done
        self._done = (self.progress.done, self._started)
        self.state = RunState.RUNNING

    def _count(self) -> None:
        self.progress.update()
        if self.progress.done != self._done[0]:
            self._done = (self.progress.done, time.monotonic())

    def last_lines(self, count: int) -> list[str]:
        """Gives the end of the run's log.

        Args:
            count: How many lines at most.

        Returns:
            The lines.
        """
        log = self.folder / LOG_FILE
        text = log.read_text(encoding='utf-8', errors='replace') if log.is_file() else ''
        return text.splitlines()[-count:]


def is_finished(folder: str | Path, spec: RunSpec) -> bool:
    """Tells whether a folder has the record of a run.

    Args:
        folder: The run's folder.
        spec: The run.

    Returns:
        Whether there is a record, and it is of this very run.

    Raises:
        ValueError: If the record is broken.
    """
    path = Path(folder, RECORD_FILE)
    if not path.is_file():
        return False
    try:
        return RunSpec.from_json(read_json(path)['spec']) == spec
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f'{path} is not the record of a run: {error}') from error


def remove_old_checkpoints(folder: str | Path) -> None:
    """Removes a finished run's checkpoints but the last.

    Args:
        folder: The run's folder.
    """
    last = find_latest_checkpoint(folder)
    if last is not None:
        for path in Path(folder).glob('*.pth'):
            if path.name != Path(last).name:
                path.unlink()
