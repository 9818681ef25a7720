from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from mmmtl.evaluation.logged_scalars import RunScalars
from mmmtl.visualization import draw_learning_curves
from mmmtl_bench.report.figures.figure import PlannedFigure, plan_parts
from mmmtl_bench.report.figures.rows import mean_scalars, rows_in_parts, table_weightings
from mmmtl_bench.results.result_types import ResultRow, ResultTable
from mmmtl_bench.suite.run_spec import slug

_KIND = 'Learning curves'
_CAPTION = (
    "Each task's loss before its weight: mean of a training epoch, measured while the network "
    'learns (solid), and on the validation set (dashed). Beside it the gap between the two, '
    'validation minus training. Means over seeds.'
)
_CAPTION_TRAINING = (
    "Each task's training loss before its weight, as a mean over seeds. The runs did not log "
    'validation losses.'
)


def plan_learning_curves(table: ResultTable, index: int) -> Iterator[PlannedFigure]:
    """Plans the learning curves with the gap between training and validation.

    Args:
        table: A table.
        index: Its index.

    Yields:
        A figure for each weighting, with a line for each architecture.
    """
    for weighting in table_weightings(table):
        parts = rows_in_parts(table, weighting)
        figures = plan_parts(
            parts,
            _draw,
            name=f'{index + 1}-learning-curves-{slug(weighting)}',
            kind=_KIND,
            title=weighting,
            caption=_CAPTION,
            table=index,
        )
        for figure, rows in zip(figures, parts, strict=True):
            runs = [run for row in rows for run in row.runs]
            has_gap = any(key.endswith('/val_loss') for r in runs for key in r.scalars.keys('val'))
            yield figure if has_gap else replace(figure, caption=_CAPTION_TRAINING)


def _draw(rows: Sequence[ResultRow], out_file: Path) -> None:
    runs = {row.architecture: mean_scalars(row) for row in rows}
    tasks = dict.fromkeys(t for row in rows for run in row.runs for t in run.spec.tasks)
    keys = [key for task in tasks for key in _task_keys(runs, task)]
    draw_learning_curves(runs, out_file, keys, max_columns=2)


def _task_keys(runs: dict[str, RunScalars], task: str) -> list[str]:
    with_gap = any(f'{task}/val_loss' in run.keys('val') for run in runs.values())
    return [f'{task}/loss', f'{task}/gap'] if with_gap and len(runs) > 1 else [f'{task}/loss']
