"""Reading lines of a table for figures: which there are, and their numbers over the seeds."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from mmmtl.evaluation.logged_scalars import LogEntry, RunScalars
from mmmtl.evaluation.table_metrics import task_of_metric
from mmmtl.visualization.plots.axes import Curve
from mmmtl.visualization.plots.figures import SERIES_COLORS
from mmmtl_bench.results.result_types import ResultRow, ResultTable, Run

MAX_LINES = len(SERIES_COLORS)
"""Most lines in a plot: each has a colour of its own."""

T = TypeVar('T')


def in_parts(items: Sequence[T], size: int = MAX_LINES) -> list[list[T]]:
    """Splits what is too much for one figure into parts of about one size.

    Args:
        items: What to draw.
        size: Most that fits. Defaults to :data:`MAX_LINES`.

    Returns:
        The parts in order; none for no items.
    """
    count = math.ceil(len(items) / size)
    ends = [round(len(items) * part / count) for part in range(count + 1)] if count else []
    return [list(items[start:end]) for start, end in pairwise(ends)]


def find_baseline(table: ResultTable) -> ResultRow | None:
    """Looks up the single-task line that a table's gains are relative to.

    Args:
        table: The table.

    Returns:
        The line, or None if there is none with a finished run.
    """
    for row in table.rows:
        if row.architecture == table.baseline and row.weighting is None and row.runs:
            return row
    return None


def table_weightings(table: ResultTable) -> list[str]:
    """Lists the weightings of a table.

    Args:
        table: The table.

    Returns:
        The labels in the table's order.
    """
    return list(dict.fromkeys(row.weighting for row in table.rows if row.weighting is not None))


def rows_with(table: ResultTable, weighting: str) -> list[ResultRow]:
    """Lists what stands beside each other for one weighting: single-task lines come along.

    Args:
        table: The table.
        weighting: Label of the weighting.

    Returns:
        The lines with a finished run, the baseline first and single-task lines before others.
    """
    rows = [row for row in table.rows if row.runs and row.weighting in (None, weighting)]
    return sorted(
        rows, key=lambda row: (row.weighting is not None, row is not find_baseline(table))
    )


def rows_in_parts(table: ResultTable, weighting: str) -> list[list[ResultRow]]:
    """Splits the lines of :func:`rows_with` into parts that each have the baseline.

    Args:
        table: The table.
        weighting: Label of the weighting.

    Returns:
        Parts of at most :data:`MAX_LINES` lines; none if no multi-task run is finished.
    """
    rows = rows_with(table, weighting)
    if all(row.weighting is None for row in rows):
        return []
    baseline = find_baseline(table)
    others = [row for row in rows if row is not baseline]
    head = [] if baseline is None else [baseline]
    return [head + part for part in in_parts(others, MAX_LINES - len(head))]


def runs_of(row: ResultRow, task: str) -> list[Run]:
    """Lists the runs of a line that learned a task.

    Args:
        row: The line.
        task: Name of the task.

    Returns:
        One run for each seed.
    """
    return [run for run in row.runs if task in run.spec.tasks]


def mean_scalars(row: ResultRow) -> RunScalars:
    """Joins the logs of a line's runs: means over the seeds of what belongs to a task.

    Args:
        row: The line, with at least one finished run.

    Returns:
        Numbers at the positions that all seeds have; those of single-task runs side by side.
    """
    tasks = dict.fromkeys(task for run in row.runs for task in run.spec.tasks)
    joined = RunScalars(by_epoch=row.runs[0].scalars.by_epoch)
    for mode, entries in (('train', joined.train), ('val', joined.val)):
        at: dict[int, dict[str, float]] = {}
        for task in tasks:
            for key, curve in _mean_curves([run.scalars for run in runs_of(row, task)], mode, task):
                for position, value in zip(curve.positions, curve.values, strict=True):
                    at.setdefault(position, {})[key] = value
        entries.extend(LogEntry(position, at[position]) for position in sorted(at))
    return joined


def metric_curve(row: ResultRow, metric: str) -> Curve:
    """Gives a metric of a line over the epochs.

    Args:
        row: The line.
        metric: Name of the metric.

    Returns:
        Mean and, for several seeds, standard deviation over the seeds.
    """
    runs = runs_of(row, task_of_metric(metric))
    return _mean_curve([run.scalars for run in runs], 'val', metric)


def _mean_curves(runs: Sequence[RunScalars], mode: str, task: str) -> Iterator[tuple[str, Curve]]:
    for key in runs[0].keys(mode):
        if task_of_metric(key) == task and all(key in run.keys(mode) for run in runs):
            yield key, _mean_curve(runs, mode, key)


def _mean_curve(runs: Sequence[RunScalars], mode: str, key: str) -> Curve:
    curves = [dict(zip(*run.series(mode, key), strict=True)) for run in runs]
    if not curves:
        return Curve([], [])
    common = [at for at in curves[0] if all(at in curve for curve in curves)]
    means = [statistics.fmean(curve[at] for curve in curves) for at in common]
    if len(curves) < 2:
        return Curve(common, means)
    return Curve(common, means, [statistics.stdev(curve[at] for curve in curves) for at in common])
