"""Figures of a benchmark: which there are, and the files that they become."""

from mmmtl_bench.report.figures.figure import DrawnFigure, PlannedFigure, draw_figure
from mmmtl_bench.report.figures.plan import plan_figures

__all__ = ['DrawnFigure', 'PlannedFigure', 'draw_figure', 'plan_figures']
