"""Runs a benchmark: several runs at the same time, each in a process of its own."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from mmmtl_bench.run.benchmark_run import BenchmarkRun, RunState
from mmmtl_bench.run.slots import Slot

_POLL_SECONDS = 0.3
_SECONDS_TO_END = 10.0
_STARTABLE = (RunState.WAITING, RunState.HELD)


class RunsView(Protocol):
    """Shows how a benchmark is going."""

    def show(self, runs: Sequence[BenchmarkRun], slots: int) -> None:
        """Shows the runs as they are now.

        Args:
            runs: All runs.
            slots: How many go on at the same time.
        """


def run_all(
    runs: Sequence[BenchmarkRun],
    slots: Sequence[Slot],
    view: RunsView,
    poll_seconds: float = _POLL_SECONDS,
) -> None:
    """Runs everything that is not finished; a run that fails does not keep the others.

    Runs on which another process works are waited for: they are finished here if that one does not
    finish them. If this function is interrupted, the runs that are going on are ended, with all
    their processes, and can go on later.

    Args:
        runs: The runs, in the order in which they start.
        slots: Places for one run at a time each.
        view: Is shown the runs again and again.
        poll_seconds: How often to look. Defaults to 0.3.
    """
    running: dict[int, BenchmarkRun] = {}
    try:
        while True:
            for place, run in list(running.items()):
                if run.poll():
                    del running[place]
            for place, slot in enumerate(slots):
                if place not in running:
                    started = _start_first(runs, slot)
                    if started is not None:
                        running[place] = started
            view.show(runs, len(slots))
            if not any(run.state in (RunState.RUNNING, *_STARTABLE) for run in runs):
                return
            time.sleep(poll_seconds)
    finally:
        with _uninterrupted():
            _end(list(running.values()))


def _start_first(runs: Sequence[BenchmarkRun], slot: Slot) -> BenchmarkRun | None:
    for run in runs:
        if run.state in _STARTABLE and run.start(slot):
            return run
    return None


def _end(runs: Sequence[BenchmarkRun]) -> None:
    """Ends runs: all are asked first, then waited for together."""
    for run in runs:
        run.ask_to_end()
    deadline = time.monotonic() + _SECONDS_TO_END
    for run in runs:
        run.end(max(0.0, deadline - time.monotonic()))


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ignores further requests to end while the first is being followed."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, handlers, strict=True):
            signal.signal(number, handler)
