"""Figures of a benchmark: which there are, and the files that they become."""

from mmmtl_bench.report.figures.draw import draw_figure
from mmmtl_bench.report.figures.figures_markdown import figures_markdown
from mmmtl_bench.report.figures.plan import plan_figures
from mmmtl_bench.report.figures.types import DrawnFigure, PlannedFigure

__all__ = ['DrawnFigure', 'PlannedFigure', 'draw_figure', 'figures_markdown', 'plan_figures']
