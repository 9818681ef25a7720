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

_LOSS = '/loss'
_VAL_LOSS = '/val_loss'
_TOTAL = 'loss'
_REGULARISER = 'loss_weighting'


def draw_learning_curves(
    run_dirs: Mapping[str, RunSource] | Sequence[str | Path],
    out_file: str | Path,
    keys: Sequence[str] | None = None,
    max_columns: int = 4,
) -> None:
    """Draws the losses and the validation metrics of runs over their epochs.

    For each task there is a small plot of its training loss before its weight (``<task>/loss``, of
    what the log calls ``<task>/epoch_raw`` or ``<task>/raw``; ``<task>/loss`` itself where a run
    logged none) and beside it one of its weight (``<task>/weight``), unless that is always 1. Then
    come the total that is minimised (``loss``) and each metric, with a dot at the metric's best
    value. The total is the sum of the weighted losses and, for some weightings, of a regulariser,
    which may bring it below zero.

    Where a run logged the task's validation loss (``<task>/val_loss``), the plot ``<task>/loss``
    shows the loss in training (solid; the mean of an epoch) and in validation (dashed), in a range
    that holds what comes after the first quarter of the run. The gap between the two is shaded, and
    printed as it is at the end, for one run; for several runs it has a plot of its own,
    ``<task>/gap``.

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
            broken or has none of the keys or nothing to draw, or the format is not known.
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
    trained = [key.removesuffix(_LOSS) for key in train if key.endswith(_LOSS)]
    panels = []
    for task in dict.fromkeys([*trained, *compared]):
        panels += _loss_panels(runs, task, task in compared)
        if _differs_from_one(runs, f'{task}/weight'):
            weight = LoggedNumber('train', (f'{task}/epoch_weight', f'{task}/weight'))
            panels.append(CurvePanel(f'{task}/weight', f'{task}: weight of its loss', weight))
    if _TOTAL in train:
        panels.append(_total_panel(runs, trained))
    for key in val:
        if not key.endswith(_VAL_LOSS):
            title = f'{key} {direction_arrow(key)}'.rstrip()
            panels.append(CurvePanel(key, title, LoggedNumber('val', (key,))))
    return panels


def _loss_panels(runs: Mapping[str, RunScalars], task: str, compared: bool) -> list[CurvePanel]:
    """Makes the plots of a task's loss, beside its validation loss if there is one."""
    # the loss of a model without a loss weighting has no weight
    names = [f'{task}/{name}' for name in ('epoch_raw', 'raw', 'loss')]
    unweighted = any(name in run.keys('train') for run in runs.values() for name in names[:2])
    title = f'{task}: loss before its weight' if unweighted or compared else f'{names[2]}, training'
    training = LoggedNumber('train', tuple(names))
    if not compared:
        return [CurvePanel(f'{task}/loss', title, training)]
    validation = LoggedNumber('val', (task + _VAL_LOSS,))
    both = CurvePanel(f'{task}/loss', title, training, validation)
    gap = CurvePanel(
        f'{task}/gap', f'{task}: validation − training', training, validation, shows_gap=True
    )
    return [both, gap] if len(runs) > 1 else [both]


def _total_panel(runs: Mapping[str, RunScalars], tasks: Sequence[str]) -> CurvePanel:
    """Makes the plot of the total loss, whose title says what it is the sum of."""
    number = LoggedNumber('train', (_TOTAL,))
    if any(_REGULARISER in run.keys('train') for run in runs.values()):
        note = 'the regulariser may be negative'
        return CurvePanel(_TOTAL, 'total: weighted losses + regulariser', number, note=note)
    if any(_differs_from_one(runs, f'{task}/weight') for task in tasks):
        return CurvePanel(_TOTAL, 'total: sum of weighted losses', number)
    title = 'total: sum of the losses' if len(tasks) > 1 else f'{_TOTAL}, training'
    return CurvePanel(_TOTAL, title, number)


def _differs_from_one(runs: Mapping[str, RunScalars], key: str) -> bool:
    return any(value != 1 for run in runs.values() for value in run.series('train', key)[1])
