"""Cosines of the tasks' gradients over the training of one or several runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from mmmtl.evaluation.logged_scalars import COSINE_PREFIX, RunScalars
from mmmtl.visualization.plots.axes import (
    Curve,
    add_common_legend,
    draw_line,
    label_x,
    make_grid,
    series_color,
    style_axis,
    style_epochs,
)
from mmmtl.visualization.plots.curve_panels import RunSource, collect_runs, logged_keys
from mmmtl.visualization.plots.figures import FONT, figure_format, save_figure

_PANEL_INCHES = (3.2, 2.4)
_MAX_COLUMNS = 3
_PIECES = 20
"""Most points of the line of means."""
_CONFLICT = '#d55e00'


def draw_gradient_conflicts(
    run_dirs: Mapping[str, RunSource] | Sequence[str | Path], out_file: str | Path
) -> None:
    """Draws how far the tasks' gradients agree, as ``GradientConflictHook`` logged it.

    There is a small plot for each two tasks: a dot for each measurement, and a line of the means of
    up to 20 equal parts of the run. Below 0, on a tinted ground, the tasks conflict; the share of
    such measurements in each run stands above the plot.

    Args:
        run_dirs: Folders of the runs (see :func:`mmmtl.evaluation.read_scalars`), or the numbers
            read from them, by the names to show; or a list of folders.
        out_file: File to write; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        FileNotFoundError: If a folder has no log.
        ValueError: If there is no run, runs count differently (epochs and iterations), a log is
            broken or none has cosines, or the format is not known.
    """
    figure_format(out_file)  # an error now, not after the drawing
    runs = collect_runs(run_dirs)
    keys = [key for key in logged_keys(runs, 'train') if key.startswith(COSINE_PREFIX)]
    if not keys:
        raise ValueError(
            f'run_dirs: expected {COSINE_PREFIX}<task>-<task> in the logs, found none; '
            "add dict(type='GradientConflictHook') to custom_hooks."
        )
    columns = min(_MAX_COLUMNS, len(keys))
    rows = math.ceil(len(keys) / columns)
    figure, axes = make_grid(rows, columns, _PANEL_INCHES, sharey=True)
    for index, axis in enumerate(axes):
        axis.set_visible(index < len(keys))
        if index + columns >= len(keys):
            label_x(axis, 'iteration')
    for axis, key in zip(axes, keys, strict=False):
        _plot(axis, runs, key)
    axes[0].set_ylim(-1.05, 1.05)
    figure.supylabel('cosine of the gradients', family=FONT, fontsize=9)
    add_common_legend(figure, axes, list(runs))
    save_figure(figure, out_file)


def _plot(axis: Axes, runs: Mapping[str, RunScalars], key: str) -> None:
    style_axis(axis, key.removeprefix(COSINE_PREFIX).replace('-', ' – '))
    style_epochs(axis)
    axis.axhspan(-1.05, 0, color=_CONFLICT, alpha=0.07, linewidth=0)
    axis.axhline(0, color='#404040', linewidth=0.8)
    shares = []
    for index, (name, run) in enumerate(runs.items()):
        found = [(entry.step, entry.values[key]) for entry in run.train if key in entry.values]
        if not found:
            continue
        steps, values = np.array(found).T
        color = series_color(index)
        axis.plot(steps, values, '.', color=color, alpha=0.35, markersize=3)
        draw_line(axis, _means(steps, values), color, name, 1.5)
        shares.append(f'{100 * (values < 0).mean():.0f} %')
    axis.set_title(f'conflicts: {", ".join(shares)}', family=FONT, fontsize=8, loc='right')


def _means(steps: np.ndarray, values: np.ndarray) -> Curve:
    pieces = np.array_split(np.arange(len(steps)), min(_PIECES, len(steps)))
    return Curve(
        [round(steps[piece].mean()) for piece in pieces],
        [float(values[piece].mean()) for piece in pieces],
    )
