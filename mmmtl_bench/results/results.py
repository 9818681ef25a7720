"""From the folder of a benchmark to its numbers."""

from __future__ import annotations

import os
from pathlib import Path

from mmmtl.evaluation.relative_gain import GAINS
from mmmtl_bench.results.averaging import ValidationAverage
from mmmtl_bench.results.recorded_tasks import RecordedTasks
from mmmtl_bench.results.result_types import BenchmarkResults, ResultTable
from mmmtl_bench.results.table_reading import read_table
from mmmtl_bench.suite.suite import Suite
from mmmtl_bench.suite.suite_reading import SUITE_FILE, read_suite


def read_results(
    folder: str | Path, average: str | None = None, trust: bool = False
) -> BenchmarkResults:
    """Reads all finished runs of a benchmark and joins them to tables.

    Args:
        folder: The benchmark's folder, with its ``suite.yaml``.
        average: How the validations of a run become one value of each metric, see
            :class:`~mmmtl_bench.results.averaging.ValidationAverage`. Defaults to the suite's.
        trust: Whether to read the configs that the suite names, which are programs, to compare
            their tasks with those of the runs. Defaults to False: of configs other than the
            package's own, the tasks are those that finished runs recorded.

    Returns:
        The tables in the suite's order, with all seeds of the suite and of the folder.

    Raises:
        FileNotFoundError: If the folder has no suite, or a finished run no log.
        ValueError: If the suite, a record or a log is broken, or there is no such average.
    """
    folder = Path(folder)
    if not os.path.lexists(folder / SUITE_FILE):
        raise FileNotFoundError(
            f'There is no {folder / SUITE_FILE}; expected a folder that mmmtl benchmark filled.'
        )
    suite = read_suite(folder / SUITE_FILE, None if trust else RecordedTasks(folder))
    chosen = ValidationAverage(suite.average if average is None else average)
    seeds = _seeds(suite, folder)
    tables = tuple(read_table(folder, table, suite, seeds, chosen) for table in suite.tables)
    return BenchmarkResults(
        title=suite.title,
        description=suite.description,
        synthetic=suite.synthetic,
        average=chosen.name,
        tables=tables,
        notes=_notes(chosen, tables),
        definitions=_definitions(tables),
    )


def _seeds(suite: Suite, folder: Path) -> tuple[int, ...]:
    """Gives the seeds of the suite, and those with which more runs were made."""
    names = {path.parent.name.removeprefix('seed') for path in folder.glob('**/seed*/spec.json')}
    return tuple(sorted({*suite.seeds, *(int(name) for name in names if name.isdecimal())}))


def _notes(average: ValidationAverage, tables: tuple[ResultTable, ...]) -> tuple[str, ...]:
    notes = [f'A value of a run is {average.description}.']
    counts = [value.count for t in tables for row in t.rows for value in row.metrics.values()]
    if max(counts, default=0) > 1:
        notes.append('Values are the mean ± the sample standard deviation over seeds.')
    elif counts:
        notes.append('Every run was made with one seed: differences may be chance.')
    return tuple(notes)


def _definitions(tables: tuple[ResultTable, ...]) -> tuple[str, ...]:
    definitions = [
        '#P is the number of parameters over that of one single-task network, the one for the '
        "baseline's first task, without the loss weighting; single-task lines need all their "
        'networks. FLOPs are multiply-adds of one image.'
    ]
    if any(row.has_frozen for table in tables for row in table.rows):
        definitions.append(
            'Trained and frozen are thousands of parameters, without the loss weighting; #P counts '
            'both.'
        )
    if any(row.gains for table in tables for row in table.rows):
        definitions.append(
            'Gains are average relative gains in percent against the single-task networks of the '
            'same seed, in their published definitions.'
        )
        definitions += [
            f'{gain.label} ({name}): {gain.description}. {gain.source}.'
            for name, gain in GAINS.items()
        ]
        definitions.append(
            'MR is the mean rank over the metrics of the table, 1 for the best (Nash-MTL, ICML '
            '2022).'
        )
    return tuple(definitions)
