from __future__ import annotations

from mmmtl.benchmark.figures.class_count import plan_class_count
from mmmtl.benchmark.figures.class_gain import plan_class_gain
from mmmtl.benchmark.figures.learning_curves import plan_learning_curves
from mmmtl.benchmark.figures.qualitative import plan_qualitative
from mmmtl.benchmark.figures.robustness import plan_robustness
from mmmtl.benchmark.figures.task_weights import plan_task_weights
from mmmtl.benchmark.figures.types import PlannedFigure
from mmmtl.benchmark.result_types import BenchmarkResults

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
