"""How much the loss weighting changes the course of a metric, architecture by architecture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from mmmtl.evaluation.directions import direction_arrow
from mmmtl.visualization.plots.axes import (
    Curve,
    add_common_legend,
    draw_line,
    label_x,
    limits_after_start,
    make_grid,
    series_color,
    style_axis,
    style_epochs,
)
from mmmtl.visualization.plots.figures import FONT, figure_format, save_figure

_MAX_COLUMNS = 4
_PANEL_INCHES = (2.5, 2.1)
_BASELINE_COLOR = '#707070'
_LINE_WIDTH = 1.3


def draw_weighting_curves(
    curves: Mapping[str, Mapping[str, Curve]],
    metric: str,
    out_file: str | Path,
    baseline: Curve | None = None,
    baseline_name: str = 'single task',
) -> None:
    """Draws a metric over the epochs: a small plot per architecture, a line per weighting.

    After Figure 3 of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704>`__. All plots have one vertical axis, which holds what comes
    after the first quarter of a run: the rise from nothing may leave it. A curve's spread is drawn
    as a band.

    Args:
        curves: The metric by name of the architecture and label of the weighting.
        metric: Name of the metric, such as ``'seg/mIoU'``.
        out_file: File to write; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.
        baseline: The metric of the single-task network, drawn in every plot. Defaults to None.
        baseline_name: Name of the baseline. Defaults to ``'single task'``.

    Raises:
        ValueError: If there is nothing to draw, or the format is not known.
    """
    figure_format(out_file)  # an error now, not after the drawing
    weightings = list(dict.fromkeys(name for lines in curves.values() for name in lines))
    if not weightings:
        raise ValueError('curves: expected at least one architecture and weighting, found none.')
    columns = _balanced_columns(len(curves))
    rows = math.ceil(len(curves) / columns)
    figure, axes = make_grid(rows, columns, _PANEL_INCHES, sharey=True)
    for index, axis in enumerate(axes):
        axis.set_visible(index < len(curves))
    for index, (axis, (name, lines)) in enumerate(zip(axes, curves.items(), strict=False)):
        style_axis(axis, name)
        style_epochs(axis)
        if index + columns >= len(curves):
            label_x(axis, 'epoch')
            axis.tick_params(labelbottom=True)
        if baseline is not None:
            _line(axis, baseline, _BASELINE_COLOR, baseline_name, linestyle=(0, (4, 2)))
        for number, weighting in enumerate(weightings):
            if weighting in lines:
                _line(axis, lines[weighting], series_color(number), weighting)
    drawn = [curve for lines in curves.values() for curve in lines.values()]
    axes[0].set_ylim(*limits_after_start([*drawn, *([] if baseline is None else [baseline])]))
    figure.supylabel(f'{metric} {direction_arrow(metric)}'.rstrip(), family=FONT, fontsize=10)
    add_common_legend(figure, axes, (*weightings, baseline_name))
    save_figure(figure, out_file)


def _balanced_columns(count: int) -> int:
    """Spreads plots evenly over as few lines as possible."""
    return math.ceil(count / math.ceil(count / _MAX_COLUMNS))


def _line(axis: Axes, curve: Curve, color: str, name: str, linestyle: object = '-') -> None:
    draw_line(axis, curve, color, name, _LINE_WIDTH, linestyle)
    if curve.spread:
        values, spread = np.array(curve.values), np.array(curve.spread)
        low, high = values - spread, values + spread
        axis.fill_between(curve.positions, low, high, color=color, alpha=0.15, linewidth=0)
