"""Weights of the tasks' losses over the epochs of one or several runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from mmmtl.evaluation.logged_scalars import RunScalars
from mmmtl.visualization.plots.curve_panels import (
    CurvePanel,
    LoggedNumber,
    RunSource,
    collect_runs,
    draw_curve_panels,
    logged_keys,
)
from mmmtl.visualization.plots.figures import save_figure


def draw_task_weights(
    run_dirs: Mapping[str, RunSource] | Sequence[str | Path], out_file: str | Path
) -> None:
    """Draws each task's weight, and below it the task's loss before its weight, over the epochs.

    Both are means over the images of an epoch where all runs logged them
    (:class:`~mmmtl.engine.LossWeightingHook`), else means of what was logged in an epoch.

    Args:
        run_dirs: Folders or log files of the runs (see
            :func:`mmmtl.evaluation.read_scalars`), or the numbers read from them, by the
            names to show; or a list of folders.
        out_file: File to write; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        FileNotFoundError: If a folder has no log.
        ValueError: If there is no run, runs count differently (epochs and iterations), a log is
            broken or has no weights, or the format is not known.
    """
    runs = collect_runs(run_dirs)
    keys = logged_keys(runs, 'train')
    tasks = [
        task
        for task in dict.fromkeys(key.rpartition('/')[0] for key in keys)
        if f'{task}/weight' in keys or f'{task}/epoch_weight' in keys
    ]
    if not tasks:
        raise ValueError('run_dirs: expected <task>/weight in the logs, found none.')
    panels = []
    for name, title in (('weight', 'weight'), ('raw', 'loss before its weight')):
        for task in tasks:
            key = _best_key(runs, task, name)
            panels.append(CurvePanel(key, f'{task}: {title}', LoggedNumber('train', (key,))))
    save_figure(draw_curve_panels(runs, panels, len(tasks)), out_file)


def _best_key(runs: Mapping[str, RunScalars], task: str, name: str) -> str:
    """Chooses the exact means of epochs, if all runs have them."""
    exact = f'{task}/epoch_{name}'
    if all(exact in run.keys('train') for run in runs.values()):
        return exact
    return f'{task}/{name}'
