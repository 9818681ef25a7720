"""A live table of a benchmark's runs, for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import TracebackType

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, JustifyMethod
from rich.live import Live
from rich.table import Table
from rich.text import Text

from mmmtl_bench.run.benchmark_run import BenchmarkRun, RunState
from mmmtl_bench.run.run_texts import duration_text, metrics_text, state_text, summary_text

_STYLES = {
    RunState.WAITING: 'dim',
    RunState.RUNNING: 'bold cyan',
    RunState.HELD: 'yellow',
    RunState.FINISHED: 'green',
    RunState.FAILED: 'bold red',
}
_RANKS = (RunState.RUNNING, RunState.HELD, RunState.FAILED, RunState.WAITING, RunState.FINISHED)
_LINES_AROUND = 7  # head, rule, blank lines, what is not shown, summary, and one to spare


class LiveTable:
    """Shows the runs as a table that follows them.

    Where the terminal is too low for all, the runs that are going on come first, then those that
    failed and those that are next.

    Args:
        console: The console.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> LiveTable:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def show(self, runs: Sequence[BenchmarkRun], slots: int) -> None:
        """Shows the runs as they are now.

        Args:
            runs: All runs.
            slots: How many go on at the same time.
        """
        shown = choose_rows(runs, max(1, self._console.height - _LINES_AROUND))
        parts: list[Table | Text] = [runs_table(shown)]
        hidden = Counter(run.state for run in runs if run not in shown)
        if hidden:
            texts = (f'{hidden[state]} {state.value}' for state in _RANKS if hidden[state])
            parts.append(Text(f'not shown: {", ".join(texts)}', style='dim'))
        parts.append(Text(summary_text(runs, slots)))
        self._live.update(Group(*parts), refresh=True)


def choose_rows(runs: Sequence[BenchmarkRun], count: int) -> list[BenchmarkRun]:
    """Chooses the runs that matter most at this moment.

    Args:
        runs: All runs.
        count: How many there is room for.

    Returns:
        So many of them, in their order.
    """
    order = sorted(range(len(runs)), key=lambda index: (_RANKS.index(runs[index].state), index))
    return [runs[index] for index in sorted(order[:count])]


def runs_table(runs: Sequence[BenchmarkRun]) -> Table:
    """Makes a table of runs.

    Args:
        runs: The runs.

    Returns:
        The table: the folder, state, time and last metrics of each, in one line.
    """
    table = Table(box=SIMPLE_HEAD)
    for column in ('run', 'state', 'time', 'last metrics'):
        justify: JustifyMethod = 'right' if column == 'time' else 'left'
        table.add_column(column, justify=justify, no_wrap=True)
    for run in runs:
        table.add_row(
            str(run.spec.folder),
            Text(state_text(run), style=_STYLES[run.state]),
            duration_text(run.seconds) if run.seconds else '',
            metrics_text(run.progress.metrics),
        )
    return table
