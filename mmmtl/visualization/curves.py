"""Learning curves of one or several runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mmmtl.evaluation.directions import direction_arrow, higher_is_better
from mmmtl.visualization.figures import DPI, FONT, GREY, SERIES_COLORS, save_figure
from mmmtl.visualization.scalars import RunScalars, read_scalars

_MAX_COLUMNS = 4
_PANEL_INCHES = (3.2, 2.4)


class _Panel(NamedTuple):
    """One small plot."""

    mode: str
    key: str
    title: str


def draw_learning_curves(
    run_dirs: Mapping[str, str | Path] | Sequence[str | Path],
    out_file: str | Path,
    keys: Sequence[str] | None = None,
) -> None:
    """Draws the training losses and the validation metrics of runs over their epochs.

    There is one small plot for the total loss, for each task's loss (``<task>/loss``; means of what
    was logged in an epoch), for each task's weight unless it is always 1, and for each metric, with
    a dot at the metric's best value.

    Args:
        run_dirs: Folders of the runs (see :func:`mmmtl.visualization.scalars.read_scalars`), by the
            names to show or as a list.
        out_file: File to write; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.
        keys: Names of the losses, weights and metrics to draw, such as ``'seg/loss'``. Defaults to
            None: all.

    Raises:
        FileNotFoundError: If a folder has no log.
        ValueError: If there is no run, runs count differently (epochs and iterations), a log is
            broken or has none of the keys or nothing to draw, or the format is another one.
    """
    runs = _read_runs(run_dirs)
    train = _keys(runs, 'train')
    losses = [key for key in train if key.rpartition('/')[2] == 'loss']
    losses.sort(key=lambda key: '/' in key)  # the total first
    weights = [key for key in train if key.endswith('/weight') and _differs_from_one(runs, key)]
    panels = [_Panel('train', key, f'{key}, training') for key in losses + weights]
    panels += [_Panel('val', key, _metric_title(key)) for key in _keys(runs, 'val')]
    if not panels:
        raise ValueError('run_dirs: the logs have neither losses nor metrics to draw.')
    if keys is not None:
        unknown = sorted(set(keys) - {panel.key for panel in panels})
        if unknown:
            found = list(dict.fromkeys(panel.key for panel in panels))
            raise ValueError(f'keys: expected some of {found}, found {unknown}.')
        panels = [panel for panel in panels if panel.key in keys]
    rows = math.ceil(len(panels) / _MAX_COLUMNS)
    save_figure(_draw(runs, panels, math.ceil(len(panels) / rows)), out_file)


def draw_task_weights(
    run_dirs: Mapping[str, str | Path] | Sequence[str | Path], out_file: str | Path
) -> None:
    """Draws each task's weight, and below it the task's loss before its weight, over the epochs.

    Both are means over the images of an epoch where all runs logged them
    (:class:`~mmmtl.engine.LossWeightingHook`), else means of what was logged in an epoch.

    Args:
        run_dirs: Folders or log files of the runs (see
            :func:`mmmtl.visualization.scalars.read_scalars`), by the names to show or as a list.
        out_file: File to write; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        FileNotFoundError: If a folder has no log.
        ValueError: If there is no run, runs count differently (epochs and iterations), a log is
            broken or has no weights, or the format is another one.
    """
    runs = _read_runs(run_dirs)
    tasks = [key.removesuffix('/weight') for key in _keys(runs, 'train') if key.endswith('/weight')]
    if not tasks:
        raise ValueError('run_dirs: expected <task>/weight in the logs, found none.')
    panels = [
        _Panel('train', _best_key(runs, task, name), f'{task}: {title}')
        for name, title in (('weight', 'weight'), ('raw', 'loss before its weight'))
        for task in tasks
    ]
    save_figure(_draw(runs, panels, len(tasks)), out_file)


def _read_runs(
    run_dirs: Mapping[str, str | Path] | Sequence[str | Path],
) -> dict[str, RunScalars]:
    if not run_dirs:
        raise ValueError('run_dirs: expected at least one run, found none.')
    if not isinstance(run_dirs, Mapping):
        run_dirs = {str(folder): folder for folder in run_dirs}
    runs = {name: read_scalars(folder) for name, folder in run_dirs.items()}
    if len({run.by_epoch for run in runs.values()}) > 1:
        raise ValueError('run_dirs: expected all runs to count epochs, or all iterations.')
    return runs


def _draw(runs: Mapping[str, RunScalars], panels: Sequence[_Panel], columns: int) -> Figure:
    rows = math.ceil(len(panels) / columns)
    figure = Figure(
        figsize=(columns * _PANEL_INCHES[0], rows * _PANEL_INCHES[1] + 0.4),
        dpi=DPI,
        layout='constrained',
    )
    axes = figure.subplots(rows, columns, squeeze=False).flatten()
    by_epoch = next(iter(runs.values())).by_epoch
    for index, axis in enumerate(axes):
        axis.set_visible(index < len(panels))
        if index < len(panels):
            _plot(axis, runs, panels[index])
        if index + columns >= len(panels):
            axis.set_xlabel('epoch' if by_epoch else 'iteration', family=FONT, fontsize=9)
    if len(runs) > 1:
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(
            handles,
            labels,
            loc='outside upper center',
            ncols=4,
            frameon=False,
            prop={'family': FONT, 'size': 10},
        )
    return figure


def _plot(axis: Axes, runs: Mapping[str, RunScalars], panel: _Panel) -> None:
    mode, key, title = panel
    axis.set_title(title, family=FONT, fontsize=10, fontweight='bold', loc='left')
    axis.grid(color=GREY, linewidth=0.4, alpha=0.6)
    axis.spines[['top', 'right']].set_visible(False)
    axis.spines[['left', 'bottom']].set_color(GREY)
    axis.tick_params(labelsize=8, color=GREY, labelfontfamily=FONT)
    axis.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=[1, 2, 5, 10]))
    axis.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    for index, (name, run) in enumerate(runs.items()):
        color = SERIES_COLORS[index % len(SERIES_COLORS)]
        positions, values = run.series(mode, key)
        marker = 'o' if len(positions) == 1 else None
        axis.plot(positions, values, color=color, linewidth=1.5, label=name, marker=marker)
        if mode == 'val':
            _mark_best(axis, key, positions, values, color, with_value=len(runs) == 1)


def _mark_best(
    axis: Axes,
    key: str,
    positions: Sequence[int],
    values: Sequence[float],
    color: str,
    with_value: bool,
) -> None:
    higher = higher_is_better(key)
    known = [(value, at) for value, at in zip(values, positions, strict=True) if value == value]
    if higher is None or not known:
        return
    best, at = max(known, key=lambda pair: pair[0] if higher else -pair[0])
    axis.plot([at], [best], color=color, marker='o', markersize=4)
    if with_value:
        axis.set_title(f'best {best:.4g}', family=FONT, fontsize=8, color='#505050', loc='right')


def _keys(runs: Mapping[str, RunScalars], mode: str) -> list[str]:
    return list(dict.fromkeys(key for run in runs.values() for key in run.keys(mode)))


def _differs_from_one(runs: Mapping[str, RunScalars], key: str) -> bool:
    return any(value != 1 for run in runs.values() for value in run.series('train', key)[1])


def _best_key(runs: Mapping[str, RunScalars], task: str, name: str) -> str:
    """Chooses the exact means of epochs, if all runs have them."""
    exact = f'{task}/epoch_{name}'
    if all(exact in run.keys('train') for run in runs.values()):
        return exact
    return f'{task}/{name}'


def _metric_title(key: str) -> str:
    return f'{key} {direction_arrow(key)}'.rstrip()
