"""How a benchmark is going as lines of text, where there is no terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from mmmtl_bench.run.benchmark_run import BenchmarkRun, RunState
from mmmtl_bench.run.run_texts import duration_text, metrics_text, state_text, summary_text

_SUMMARY_SECONDS = 60.0


class PlainLines:
    """Says what each run is at whenever that changes, and a summary every minute.

    Args:
        say: Prints a line.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._states: dict[int, RunState] = {}
        self._summary_at = time.monotonic() + _SUMMARY_SECONDS

    def show(self, runs: Sequence[BenchmarkRun], slots: int) -> None:
        """Says what has changed since the last time.

        Args:
            runs: All runs.
            slots: How many go on at the same time.
        """
        changed = False
        for run in runs:
            before = self._states.get(id(run), RunState.WAITING)
            self._states[id(run)] = run.state
            if run.state is not before:
                changed = True
                self._say(_line(run))
        if changed or time.monotonic() >= self._summary_at:
            self._summary_at = time.monotonic() + _SUMMARY_SECONDS
            self._say(summary_text(runs, slots))


def _line(run: BenchmarkRun) -> str:
    line = f'{run.spec.folder}: {state_text(run)}'
    if run.state in (RunState.FINISHED, RunState.FAILED) and run.seconds:
        line += f' after {duration_text(run.seconds)}'
    if run.state is RunState.FINISHED:
        line += f'  {metrics_text(run.progress.metrics)}'
    return line.rstrip()
