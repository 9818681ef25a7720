from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from mmmtl.evaluation.class_scores import ClassScores
from mmmtl.visualization import draw_class_gain
from mmmtl_bench.report.figures.figure import PlannedFigure, plan_parts
from mmmtl_bench.report.figures.rows import find_baseline, rows_in_parts, table_weightings
from mmmtl_bench.results.result_types import ResultRow, ResultTable
from mmmtl_bench.run.run_record import RunRecord
from mmmtl_bench.suite.run_spec import slug

_KIND = 'Gain of each class'
_CAPTION = (
    "IoU of each class minus that of {baseline}, of each run's last checkpoint on the validation "
    'set, as a mean over seeds. The classes are sorted by their share of the labelled pixels, '
    'which stands below their names with the IoU of {baseline}.'
)


def plan_class_gain(table: ResultTable, index: int) -> Iterator[PlannedFigure]:
    """Plans the gains of the classes over the baseline, sorted by their share of the pixels.

    Args:
        table: A table.
        index: Its index.

    Yields:
        A figure for each weighting, with a bar for each architecture; none without class scores.
    """
    baseline = find_baseline(table)
    if baseline is None or not _records(baseline):
        return
    for weighting in table_weightings(table):
        parts = rows_in_parts(table, weighting)
        yield from plan_parts(
            [[row for row in part if row is not baseline and _records(row)] for part in parts],
            partial(_draw, baseline),
            name=f'{index + 1}-class-gain-{slug(weighting)}',
            kind=_KIND,
            title=weighting,
            caption=_CAPTION.format(baseline=baseline.architecture),
            table=index,
        )


def _draw(baseline: ResultRow, rows: Sequence[ResultRow], out_file: Path) -> None:
    draw_class_gain(
        mean_scores(baseline),
        {row.architecture: mean_scores(row) for row in rows},
        _records(baseline)[0].class_names or [],
        out_file,
        baseline.architecture,
    )


def mean_scores(row: ResultRow) -> ClassScores:
    """Averages what a line's runs scored in each class over the seeds.

    Args:
        row: A line of which some run learned classes.

    Returns:
        The scores. A class that is undefined (in neither labels nor predictions) for one seed is so
        for the mean.
    """
    records = _records(row)
    iou = np.array([record.class_iou for record in records], dtype=float)  # None becomes NaN
    share = np.array([record.class_share for record in records], dtype=float)
    return ClassScores(iou.mean(axis=0), share.mean(axis=0))


def _records(row: ResultRow) -> list[RunRecord]:
    """Gives the records that have class scores."""
    return [run.record for run in row.runs if run.record.class_iou and run.record.class_share]
