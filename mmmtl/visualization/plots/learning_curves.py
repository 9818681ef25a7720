"""Learning curves of one or several runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from mmmtl.evaluation.directions import direction_arrow
from mmmtl.evaluation.logged_scalars import RunScalars
from mmmtl.visualization.plots.curve_panels import (
    CurvePanel,
    LoggedNumber,
    RunSource,
    collect_runs,
    draw_curve_panels,
    logged_keys,
)
from mmmtl.visualization.plots.figures import figure_format, save_figure

_VAL_LOSS = '/val_loss'


def draw_learning_curves(
    run_dirs: Mapping[str, RunSource] | Sequence[str | Path],
    out_file: str | Path,
    keys: Sequence[str] | None = None,
    max_columns: int = 4,
) -> None:
    """Draws the losses and the validation metrics of runs over their epochs.

    There is one small plot for the total loss, for each task's training loss (``<task>/loss``; the
    mean of what was logged in an epoch), for each task's weight unless it is always 1, and for each
    metric, with a dot at the metric's best value.

    Where a run logged the task's validation loss (``<task>/val_loss``), the plot ``<task>/loss``
    shows the loss before its weight, in training (solid; ``<task>/epoch_raw``, the mean of an
    epoch) and in validation (dashed), in a range that holds what comes after the first quarter of
    the run. The gap between the two is shaded, and printed as it is at the end, for one run; for
    several runs it has a plot of its own, ``<task>/gap``.

    Args:
        run_dirs: Folders of the runs (see :func:`mmmtl.evaluation.read_scalars`), or the numbers
            read from them, by the names to show; or a list of folders.
        out_file: File to write; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.
        keys: Names of the losses, gaps, weights and metrics to draw, such as ``'seg/loss'``.
            Defaults to None: all.
        max_columns: Largest number of plots side by side. Defaults to 4.

    Raises:
        FileNotFoundError: If a folder has no log.
        ValueError: If there is no run, runs count differently (epochs and iterations), a log is
            broken or has none of the keys or nothing to draw, or the format is another one.
    """
    figure_format(out_file)  # an error now, not after the drawing
    runs = collect_runs(run_dirs)
    panels = _list_panels(runs)
    if not panels:
        raise ValueError('run_dirs: the logs have neither losses nor metrics to draw.')
    if keys is not None:
        unknown = sorted(set(keys) - {panel.key for panel in panels})
        if unknown:
            found = list(dict.fromkeys(panel.key for panel in panels))
            raise ValueError(f'keys: expected some of {found}, found {unknown}.')
        panels = [panel for panel in panels if panel.key in keys]
    rows = math.ceil(len(panels) / max_columns)
    save_figure(draw_curve_panels(runs, panels, math.ceil(len(panels) / rows)), out_file)


def _list_panels(runs: Mapping[str, RunScalars]) -> list[CurvePanel]:
    train, val = logged_keys(runs, 'train'), logged_keys(runs, 'val')
    compared = [key.removesuffix(_VAL_LOSS) for key in val if key.endswith(_VAL_LOSS)]
    panels = []
    for key in sorted(train, key=lambda key: '/' in key):  # the total first
        task, _, name = key.rpartition('/')
        if name == 'loss' and task not in compared:
            panels.append(_plain_panel('train', key, f'{key}, training'))
    for task in compared:
        panels += _loss_panels(task, with_gap=len(runs) > 1)
    for key in train:
        if key.endswith('/weight') and _differs_from_one(runs, key):
            panels.append(_plain_panel('train', key, f'{key}, training'))
    for key in val:
        if not key.endswith(_VAL_LOSS):
            panels.append(_plain_panel('val', key, f'{key} {direction_arrow(key)}'.rstrip()))
    return panels


def _plain_panel(mode: str, key: str, title: str) -> CurvePanel:
    return CurvePanel(key, title, LoggedNumber(mode, (key,)))


def _loss_panels(task: str, with_gap: bool) -> list[CurvePanel]:
    """Makes the plots that compare a task's training loss with its validation loss."""
    # the loss of a model without a loss weighting has no weight
    training = LoggedNumber(
        'train', tuple(f'{task}/{name}' for name in ('epoch_raw', 'raw', 'loss'))
    )
    validation = LoggedNumber('val', (task + _VAL_LOSS,))
    both = CurvePanel(f'{task}/loss', f'{task}: loss before its weight', training, validation)
    gap = CurvePanel(
        f'{task}/gap', f'{task}: validation − training', training, validation, shows_gap=True
    )
    return [both, gap] if with_gap else [both]


def _differs_from_one(runs: Mapping[str, RunScalars], key: str) -> bool:
    return any(value != 1 for run in runs.values() for value in run.series('train', key)[1])
