from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mmmtl.visualization import draw_task_weights
from mmmtl_bench.report.figures.figure import PlannedFigure, plan_parts
from mmmtl_bench.report.figures.rows import in_parts, mean_scalars
from mmmtl_bench.results.result_types import ResultRow, ResultTable
from mmmtl_bench.suite.run_spec import slug

_KIND = 'Weights over time'
_CAPTION = (
    "Each task's weight, and below it the task's training loss before its weight. Means over an "
    'epoch and over the seeds.'
)


def plan_task_weights(table: ResultTable, index: int) -> Iterator[PlannedFigure]:
    """Plans how the weights of the tasks move during the training.

    Args:
        table: A table.
        index: Its index.

    Yields:
        A figure for each architecture, with a line for each weighting.
    """
    by_architecture: dict[str, list[ResultRow]] = {}
    for row in table.rows:
        if row.weighting is not None and row.runs and _has_weights(row):
            by_architecture.setdefault(row.architecture, []).append(row)
    for architecture, rows in by_architecture.items():
        yield from plan_parts(
            in_parts(rows),
            _draw,
            name=f'{index + 1}-weights-{slug(architecture)}',
            kind=_KIND,
            title=architecture,
            caption=_CAPTION,
            table=index,
        )


def _draw(rows: Sequence[ResultRow], out_file: Path) -> None:
    draw_task_weights({str(row.weighting): mean_scalars(row) for row in rows}, out_file)


def _has_weights(row: ResultRow) -> bool:
    keys = row.runs[0].scalars.keys('train')
    return any(key.endswith(('/weight', '/epoch_weight')) for key in keys)
