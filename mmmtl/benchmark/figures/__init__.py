"""Figures of a benchmark: which there are, and the files that they become."""

from mmmtl.benchmark.figures.draw import draw_figure
from mmmtl.benchmark.figures.markdown import figures_markdown
from mmmtl.benchmark.figures.plan import plan_figures
from mmmtl.benchmark.figures.types import DrawnFigure, PlannedFigure

__all__ = ['DrawnFigure', 'PlannedFigure', 'draw_figure', 'figures_markdown', 'plan_figures']
