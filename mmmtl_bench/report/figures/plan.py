from __future__ import annotations

from mmmtl_bench.report.figures.figure import PlannedFigure
from mmmtl_bench.report.figures.plan_class_count import plan_class_count
from mmmtl_bench.report.figures.plan_class_gain import plan_class_gain
from mmmtl_bench.report.figures.plan_learning_curves import plan_learning_curves
from mmmtl_bench.report.figures.plan_qualitative import plan_qualitative
from mmmtl_bench.report.figures.plan_robustness import plan_robustness
from mmmtl_bench.report.figures.plan_task_weights import plan_task_weights
from mmmtl_bench.results.result_types import BenchmarkResults

_PLANS = (
    plan_robustness,
    plan_class_gain,
    plan_learning_curves,
    plan_task_weights,
    plan_qualitative,
)


def plan_figures(results: BenchmarkResults) -> list[PlannedFigure]:
    """Lists the figures that can be drawn of the runs that are finished.

    Args:
        results: The benchmark.

    Returns:
        The figures of each table in turn, then those about several tables. At most seven lines
        share a plot: there is a figure for each weighting, or for each architecture.
    """
    figures = [
        figure
        for index, table in enumerate(results.tables)
        for plan in _PLANS
        for figure in plan(table, index)
    ]
    return [*figures, *plan_class_count(results)]
