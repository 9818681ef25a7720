from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from mmmtl.evaluation.table_metrics import main_metrics, tasks_of
from mmmtl.visualization.plots.axes import Curve
from mmmtl.visualization.plots.weighting_curves import draw_weighting_curves
from mmmtl.visualization.plots.weighting_spread import draw_weighting_spread
from mmmtl_bench.report.figures.figure import PlannedFigure, plan_parts
from mmmtl_bench.report.figures.rows import find_baseline, in_parts, metric_curve, table_weightings
from mmmtl_bench.results.result_types import ResultTable
from mmmtl_bench.suite.run_spec import slug

_KIND = 'Robustness to the loss weighting'
_CURVES_CAPTION = (
    'Validation metric over the epochs, a plot for each architecture and a line for each '
    'weighting: the closer the lines, the less the weighting matters. Means over seeds, with their '
    'standard deviation as a band where there are several. The vertical axis holds what comes '
    'after the first quarter of the epochs.'
)
_SPREAD_CAPTION = (
    'Final values as in the table. The grey bar spans the weightings; its length, at the right, is '
    'how far the choice of a weighting moves the metric.'
)

Values = dict[str, dict[str, dict[str, float]]]
"""Values by metric, architecture and weighting."""


def plan_robustness(table: ResultTable, index: int) -> Iterator[PlannedFigure]:
    """Plans how much the choice of a weighting matters to each architecture.

    Args:
        table: A table.
        index: Its index.

    Yields:
        The spread of the final values, then a figure of curves for each task's first metric; none
        for fewer than two weightings.
    """
    weightings = [w for w in table_weightings(table) if _architectures(table, [w])]
    if len(weightings) < 2:
        return
    name = f'{index + 1}-weighting'
    values = _final_values(table)
    if values:
        draw_spread = partial(_draw_spread, table, values)
        yield PlannedFigure(
            f'{name}-spread', _KIND, 'final values', _SPREAD_CAPTION, index, draw_spread
        )
    for metric in main_metrics(tasks_of(table.metrics, table.tasks), table.tasks):
        yield from plan_parts(
            in_parts(weightings),
            partial(_draw_curves, table, metric),
            name=f'{name}-curves-{slug(metric)}',
            kind=_KIND,
            title=metric,
            caption=_CURVES_CAPTION,
            table=index,
        )


def _draw_curves(
    table: ResultTable, metric: str, weightings: Sequence[str], out_file: Path
) -> None:
    curves: dict[str, dict[str, Curve]] = {name: {} for name in _architectures(table, weightings)}
    for row in table.rows:
        if row.weighting in weightings and row.runs:
            curves[row.architecture][str(row.weighting)] = metric_curve(row, metric)
    baseline = find_baseline(table)
    if baseline is None:
        draw_weighting_curves(curves, metric, out_file)
    else:
        curve = metric_curve(baseline, metric)
        draw_weighting_curves(curves, metric, out_file, curve, baseline.architecture)


def _final_values(table: ResultTable) -> Values:
    metrics: Values = {}
    for metric in main_metrics(tasks_of(table.metrics, table.tasks), table.tasks):
        for row in table.rows:
            if row.weighting is not None and metric in row.metrics:
                by_name = metrics.setdefault(metric, {})
                line = by_name.setdefault(row.architecture, {})
                line[row.weighting] = row.metrics[metric].mean
    return metrics


def _draw_spread(table: ResultTable, values: Values, out_file: Path) -> None:
    baseline = find_baseline(table)
    if baseline is None:
        draw_weighting_spread(values, out_file)
    else:
        known = {name: value.mean for name, value in baseline.metrics.items()}
        draw_weighting_spread(values, out_file, known, baseline.architecture)


def _architectures(table: ResultTable, weightings: Sequence[str]) -> list[str]:
    """Lists the architectures with a finished run of one of the weightings."""
    rows = [row for row in table.rows if row.weighting in weightings and row.runs]
    return list(dict.fromkeys(row.architecture for row in rows))
