from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from mmmtl.evaluation.relative_gain import GAINS, task_mean_gain
from mmmtl.evaluation.table_metrics import main_metrics, tasks_of
from mmmtl.visualization.plots.class_count import Gain, draw_gain_by_classes
from mmmtl_bench.report.figures.figure import PlannedFigure, plan_parts
from mmmtl_bench.report.figures.rows import find_baseline, in_parts, table_weightings
from mmmtl_bench.results.result_types import BenchmarkResults, ResultRow, ResultTable
from mmmtl_bench.suite.run_spec import slug

_KIND = 'Gain against the number of classes'
_CAPTION = (
    "Relative gain over {baseline} on the same number of classes, in each task's main metric and "
    'as {label}, {description}: above 0 is better. Bars are standard deviations over seeds.'
)
_AVERAGE = 'task-mean'
"""The definition of the average relative gain that is drawn."""
_MIN_POINTS = 2

Gains = dict[str, dict[str, dict[int, Gain]]]
"""Gains in percent by what is gained, name of the architecture and number of classes."""


def plan_class_count(results: BenchmarkResults) -> Iterator[PlannedFigure]:
    """Plans how gains over the baseline change with the number of classes.

    Args:
        results: The benchmark.

    Yields:
        A figure for each group of tables that differ in the number of classes only, and each
        weighting that more than one of them has.
    """
    for stem, tables in _find_groups(results.tables).items():
        counts = Counter(w for table in tables.values() for w in table_weightings(table))
        for weighting in (name for name, count in counts.items() if count >= _MIN_POINTS):
            gains = collect_gains(tables, weighting)
            baseline = str(next(iter(tables.values())).baseline)
            names = list(dict.fromkeys(name for by_name in gains.values() for name in by_name))
            yield from plan_parts(
                in_parts(names),
                partial(_draw, gains, baseline),
                name=f'gain-by-classes-{slug(stem)}-{slug(weighting)}',
                kind=_KIND,
                title=f'{stem}, {weighting}',
                caption=_caption(baseline),
                table=None,
            )


def collect_gains(tables: Mapping[int, ResultTable], weighting: str) -> Gains:
    """Computes the gains over the baselines of tables.

    Args:
        tables: The tables by their number of classes.
        weighting: Label of the weighting; single-task lines are compared too.

    Returns:
        The gains, as far as they are known for more than one number of classes.
    """
    gains: Gains = {}
    for count, table in sorted(tables.items()):
        baseline = find_baseline(table)
        if baseline is None:
            continue
        for row in table.rows:
            if row is not baseline and row.weighting in (None, weighting):
                for title, gain in _gains(row, baseline, table).items():
                    gains.setdefault(title, {}).setdefault(row.architecture, {})[count] = gain
    return {title: lines for title, by_name in gains.items() if (lines := _keep_lines(by_name))}


def _caption(baseline: str) -> str:
    average = GAINS[_AVERAGE]
    return _CAPTION.format(baseline=baseline, label=average.label, description=average.description)


def _draw(gains: Gains, baseline: str, names: Sequence[str], out_file: Path) -> None:
    part = {
        metric: {name: by_name[name] for name in names if name in by_name}
        for metric, by_name in gains.items()
    }
    draw_gain_by_classes(part, out_file, baseline)


def _gains(row: ResultRow, baseline: ResultRow, table: ResultTable) -> dict[str, Gain]:
    """Computes the gain in each main metric, and adds the average one."""
    gains = {}
    for metric in main_metrics(tasks_of(table.metrics, table.tasks), table.tasks):
        value, reference = row.metrics.get(metric), baseline.metrics.get(metric)
        if value is None or reference is None:
            continue
        if math.isfinite(value.mean) and math.isfinite(reference.mean) and reference.mean != 0:
            mean = task_mean_gain({metric: value.mean}, {metric: reference.mean}, (metric,))
            std = None if value.std is None else 100 * value.std / abs(reference.mean)
            gains[metric] = Gain(mean, std)
    if _AVERAGE in row.gains:
        average = row.gains[_AVERAGE]
        gains[GAINS[_AVERAGE].label] = Gain(average.mean, average.std)
    return gains


def _keep_lines(by_name: dict[str, dict[int, Gain]]) -> dict[str, dict[int, Gain]]:
    """Leaves out what is known for one number of classes only."""
    return {name: line for name, line in by_name.items() if len(line) >= _MIN_POINTS}


def _find_groups(tables: Sequence[ResultTable]) -> dict[str, dict[int, ResultTable]]:
    """Groups tables of data sets whose names differ in their last number only.

    The first table of a number of classes counts, if a suite has several.
    """
    groups: dict[str, dict[int, ResultTable]] = {}
    for table in tables:
        count = _count_classes(table)
        if count is not None:
            stem = re.sub(rf'[\W_]*{count}$', '', table.dataset)
            groups.setdefault(stem, {}).setdefault(count, table)
    return {stem: group for stem, group in groups.items() if len(group) >= _MIN_POINTS}


def _count_classes(table: ResultTable) -> int | None:
    for row in table.rows:
        for run in row.runs:
            if run.record.class_names:
                return len(run.record.class_names)
    return None
