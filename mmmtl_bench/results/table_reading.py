"""Makes one table of a benchmark of its runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from mmmtl.evaluation.functional import FINITE
from mmmtl.evaluation.mean_rank import mean_ranks
from mmmtl.evaluation.relative_gain import relative_gains
from mmmtl.evaluation.table_metrics import (
    counted_metrics,
    shown_metrics,
    table_metrics,
    tasks_of,
)
from mmmtl.tasks import Task, build_tasks
from mmmtl_bench.results.averaging import ValidationAverage
from mmmtl_bench.results.protocol_differences import published_differences, run_differences
from mmmtl_bench.results.published import PublishedTable, find_published_table
from mmmtl_bench.results.result_types import ResultRow, ResultTable, Run, Value
from mmmtl_bench.results.row_reading import JoinedRuns, join_runs, values_over_seeds
from mmmtl_bench.suite.entries import MultiTaskEntry, SingleTaskEntry
from mmmtl_bench.suite.run_spec import RunSpec
from mmmtl_bench.suite.suite import Suite
from mmmtl_bench.suite.suite_table import SuiteTable

_FINITE_NOTE = (
    f'Errors whose name ends with {FINITE} leave infinitely far pixels out (a stored p of 1 in '
    'CityScapes). Those without it count them, as the published ones do; gains and ranks are of '
    'these.'
)

_Metrics = dict[int, dict[str, float]]
_GainsOf = Callable[[Mapping[str, float], Mapping[str, float]], dict[str, float]]


@dataclass(frozen=True)
class _Line:
    """A line of a table before it is compared with others.

    Args:
        architecture: Name of the architecture.
        weighting: Label of the weighting; None for single-task networks.
        published: Name of the architecture in the published table.
        joined: The runs.
        metrics: What the runs of each seed measured.
    """

    architecture: str
    weighting: str | None
    published: str
    joined: JoinedRuns
    metrics: _Metrics


def read_table(
    folder: Path,
    table: SuiteTable,
    suite: Suite,
    seeds: Sequence[int],
    average: ValidationAverage,
) -> ResultTable:
    """Makes one table of its runs.

    Args:
        folder: The benchmark's folder.
        table: What the suite says of the table.
        suite: The suite.
        seeds: Seeds of the runs.
        average: How the validations of a run become one value.

    Returns:
        The table.

    Raises:
        FileNotFoundError: If a finished run has no log.
        ValueError: If a record or a log is broken, or the published table does not exist.
    """
    lines = _lines(folder, table, seeds, average)
    runs = [run for line in lines for run in line.joined.runs]
    notes = [note for line in lines for note in line.joined.notes]
    published = _published(table, runs, notes)
    key = (table.baseline, None)
    baseline = next((line for line in lines if (line.architecture, line.weighting) == key), None)
    tasks = _defined_tasks(runs, notes)
    found = dict.fromkeys(key for line in lines for own in line.metrics.values() for key in own)
    chosen = tuple(key for key in table.metrics if key in found)
    metrics = chosen or shown_metrics(found, tasks)
    counted = counted_metrics(chosen, tasks)
    gains_of = partial(relative_gains, defined=tasks, counted=counted)
    rows = [_row(line, published, baseline, gains_of, notes) for line in lines]
    if table.published is not None and table.published.others and published is not None:
        known = [row.published for row in rows]
        rows += [ResultRow.of_published(other) for other in published.rows if other not in known]
    ranked = counted or table_metrics(tasks_of(found, tasks), tasks)
    notes += _short_logs(runs, average)
    if any(key.endswith(FINITE) for key in metrics):
        notes.append(_FINITE_NOTE)
    return ResultTable(
        title=table.title,
        dataset=table.dataset,
        metrics=metrics,
        rows=_with_ranks(rows, [key for key in metrics if key in ranked]),
        baseline=table.baseline,
        published=published,
        differences=(
            *(
                published_differences(runs, published, average.name, suite.synthetic)
                if published and runs
                else ()
            ),
            *run_differences(runs),
        ),
        notes=tuple(notes),
        tasks=tasks,
        counted=counted,
    )


def _lines(
    folder: Path, table: SuiteTable, seeds: Sequence[int], average: ValidationAverage
) -> list[_Line]:
    entries: list[tuple[SingleTaskEntry | MultiTaskEntry, str | None, list[RunSpec]]] = [
        (single, None, [spec for seed in seeds for spec in single.specs(table.dataset, seed)])
        for single in table.single_task
    ]
    entries += [
        (multi, label, [multi.spec(table.dataset, label, seed) for seed in seeds])
        for multi in table.multi_task
        for label in multi.weightings
    ]
    lines = []
    for entry, label, specs in entries:
        joined = join_runs(folder, specs)
        measured = joined.metrics_of_seeds(average)
        lines.append(_Line(entry.name, label, entry.published, joined, measured))
    return lines


def _published(table: SuiteTable, runs: Sequence[Run], notes: list[str]) -> PublishedTable | None:
    if table.published is None:
        return None
    counts = {len(run.record.class_names) for run in runs if run.record.class_names is not None}
    counts |= {
        int(run.record.protocol['classes']) for run in runs if 'classes' in run.record.protocol
    }
    num_classes = min(counts) if len(counts) == 1 else None
    found = find_published_table(table.published.source, table.published.table, num_classes)
    if found is None and runs:
        notes.append(
            f'Table {table.published.table} of {table.published.source} has no lines for '
            f'{num_classes or "an unknown number of"} classes.'
        )
    return found


def _defined_tasks(runs: Sequence[Run], notes: list[str]) -> dict[str, Task]:
    """Builds the tasks of the runs; of several definitions of one name the first counts."""
    tasks: dict[str, Task] = {}
    unknown: dict[str, str] = {}
    for run in runs:
        for name, definition in run.record.tasks.items():
            if name in tasks or name in unknown:
                continue
            try:
                tasks |= build_tasks({name: definition})
            except ValueError as error:
                unknown[name] = str(error)
    notes += [
        f'The metrics of {name} are not shown, its definition is not understood. {error}'
        for name, error in unknown.items()
    ]
    return tasks


def _row(
    line: _Line,
    published: PublishedTable | None,
    baseline: _Line | None,
    gains_of: _GainsOf,
    notes: list[str],
) -> ResultRow:
    whole = line.joined.whole
    num_params = None if whole is None else sum(run.record.num_params for run in whole)
    num_trained = None
    if whole is not None and all(run.record.num_trained is not None for run in whole):
        num_trained = sum(run.record.num_trained or 0 for run in whole)
    flops = None
    if whole is not None and all(run.record.flops is not None for run in whole):
        flops = sum(run.record.flops or 0 for run in whole)
    return ResultRow(
        architecture=line.architecture,
        weighting=line.weighting,
        runs=line.joined.runs,
        metrics=values_over_seeds(list(line.metrics.values())),
        num_params=num_params,
        params_ratio=_params_ratio(num_params, baseline),
        flops=flops,
        gains=_gains(line, baseline, gains_of, notes),
        mean_rank=None,
        published=None if published is None else published.find(line.published, line.weighting),
        missing=line.joined.missing,
        num_trained=num_trained,
    )


def _params_ratio(num_params: int | None, baseline: _Line | None) -> float | None:
    if num_params is None or baseline is None or baseline.joined.whole is None:
        return None
    return num_params / baseline.joined.whole[0].record.num_params


def _gains(
    line: _Line, baseline: _Line | None, gains_of: _GainsOf, notes: list[str]
) -> dict[str, Value]:
    if baseline is None or baseline is line:
        return {}
    base = baseline.joined
    gains = []
    for seed, metrics in line.metrics.items():
        if len(line.joined.by_seed[seed]) < line.joined.num_tasks:
            continue
        if len(base.by_seed.get(seed, ())) < base.num_tasks:
            continue
        try:
            gains.append(gains_of(metrics, baseline.metrics[seed]))
        except ValueError as error:
            name = ', '.join(filter(None, (line.architecture, line.weighting)))
            notes.append(f'{name}, seed {seed}: no relative gain. {error}')
    return values_over_seeds(gains)


def _with_ranks(rows: Sequence[ResultRow], metrics: Sequence[str]) -> tuple[ResultRow, ...]:
    if not metrics:
        return tuple(rows)
    means: Mapping[str, dict[str, float]] = {
        str(number): {key: value.mean for key, value in row.metrics.items()}
        for number, row in enumerate(rows)
    }
    ranks = mean_ranks(means, metrics)
    return tuple(replace(row, mean_rank=ranks.get(str(n))) for n, row in enumerate(rows))


def _short_logs(runs: Sequence[Run], average: ValidationAverage) -> list[str]:
    wanted = average.num_validations or 1
    short = [run for run in runs if len(run.scalars.val) < wanted]
    if not short:
        return []
    fewest = min(len(run.scalars.val) for run in short)
    return [
        f'{len(short)} of {len(runs)} runs have fewer than {wanted} validations, the shortest '
        f'{fewest}: all of theirs are averaged, from the first one on.'
    ]
