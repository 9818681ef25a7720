"""Small plots of what runs logged, one line for each run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mmmtl.evaluation.directions import higher_is_better
from mmmtl.evaluation.logged_scalars import RunScalars, read_scalars
from mmmtl.visualization.plots.axes import (
    Curve,
    add_legend,
    draw_line,
    label_x,
    limits_after_start,
    make_grid,
    series_color,
    style_axis,
    style_epochs,
)
from mmmtl.visualization.plots.figures import FONT

RunSource = str | Path | RunScalars
"""A run's folder, or its numbers."""

_PANEL_INCHES = (3.2, 2.4)
_DASHED = (0, (4, 2))
_LINE_WIDTH = 1.5
_NOTE_COLOR = '#505050'


@dataclass(frozen=True)
class LoggedNumber:
    """One of the numbers in a log.

    Args:
        mode: ``'train'`` or ``'val'``.
        names: Names that it may have; a run shows the first that it logged.
    """

    mode: str
    names: tuple[str, ...]

    def curve(self, run: RunScalars) -> Curve:
        """Gives the number over a run, without points where the run did not log it.

        Args:
            run: The run.

        Returns:
            Its positions and values.
        """
        logged = run.keys(self.mode)
        name = next((name for name in self.names if name in logged), self.names[0])
        return Curve(*run.series(self.mode, name))


@dataclass(frozen=True)
class CurvePanel:
    """One small plot.

    Args:
        key: Name to choose the plot by.
        title: Text above it.
        number: What is drawn with a solid line.
        other: What is drawn beside it with a dashed line. Defaults to None.
        shows_gap: Whether the difference of the two, ``other`` minus ``number``, is drawn instead
            of them. Defaults to False.
        note: Small text in the upper right corner. Defaults to none.
    """

    key: str
    title: str
    number: LoggedNumber
    other: LoggedNumber | None = None
    shows_gap: bool = False
    note: str = ''

    @property
    def is_pair(self) -> bool:
        """Whether there is a solid and a dashed line for each run."""
        return self.other is not None and not self.shows_gap


def collect_runs(sources: Mapping[str, RunSource] | Sequence[str | Path]) -> dict[str, RunScalars]:
    """Reads the logs of runs.

    Args:
        sources: Folders of the runs, or their numbers, by the names to show; or a list of folders.

    Returns:
        The numbers by name of the run.

    Raises:
        FileNotFoundError: If a folder has no log.
        ValueError: If there is no run or no list, a log is broken, or runs count differently.
    """
    if isinstance(sources, (str, Path)):
        raise ValueError(f'run_dirs: expected a list of folders, found one, {str(sources)!r}.')
    if not sources:
        raise ValueError('run_dirs: expected at least one run, found none.')
    if not isinstance(sources, Mapping):
        sources = {str(folder): folder for folder in sources}
    runs = {
        name: source if isinstance(source, RunScalars) else read_scalars(source)
        for name, source in sources.items()
    }
    if len({run.by_epoch for run in runs.values()}) > 1:
        raise ValueError('run_dirs: expected all runs to count epochs, or all iterations.')
    return runs


def logged_keys(runs: Mapping[str, RunScalars], mode: str) -> list[str]:
    """Gives the names of the numbers that any run logged.

    Args:
        runs: The runs.
        mode: ``'train'`` or ``'val'``.

    Returns:
        The names in the order in which they first appear.
    """
    return list(dict.fromkeys(key for run in runs.values() for key in run.keys(mode)))


def draw_curve_panels(
    runs: Mapping[str, RunScalars], panels: Sequence[CurvePanel], columns: int
) -> Figure:
    """Draws small plots, with one legend for all.

    Args:
        runs: The runs by name.
        panels: What to draw.
        columns: Number of plots side by side.

    Returns:
        The figure.
    """
    figure, axes = make_grid(math.ceil(len(panels) / columns), columns, _PANEL_INCHES)
    by_epoch = next(iter(runs.values())).by_epoch
    for index, axis in enumerate(axes):
        axis.set_visible(index < len(panels))
        if index < len(panels):
            _plot(axis, runs, panels[index])
        if index + columns >= len(panels):
            label_x(axis, 'epoch' if by_epoch else 'iteration')
    names = list(runs) if len(runs) > 1 else []
    handles = [Line2D([], [], color=series_color(index)) for index in range(len(names))]
    if any(panel.is_pair for panel in panels):
        names += ['training', 'validation']
        handles += [
            Line2D([], [], color=_NOTE_COLOR),
            Line2D([], [], color=_NOTE_COLOR, linestyle=_DASHED),
        ]
    if names:
        add_legend(figure, handles, names)
    return figure


def find_gap(first: Curve, second: Curve) -> Curve:
    """Subtracts one curve from another.

    Args:
        first: What is subtracted.
        second: What it is subtracted from.

    Returns:
        The difference at the positions that both have.
    """
    subtracted = dict(zip(first.positions, first.values, strict=True))
    gaps = [
        (at, value - subtracted[at])
        for at, value in zip(second.positions, second.values, strict=True)
        if at in subtracted
    ]
    return Curve([at for at, _ in gaps], [gap for _, gap in gaps])


def _plot(axis: Axes, runs: Mapping[str, RunScalars], panel: CurvePanel) -> None:
    style_axis(axis, panel.title)
    style_epochs(axis)
    alone = len(runs) == 1
    if panel.shows_gap:
        axis.axhline(0, color='#404040', linewidth=0.8)
    drawn = []
    for index, (name, run) in enumerate(runs.items()):
        color = series_color(index)
        curve = panel.number.curve(run)
        other = None if panel.other is None else panel.other.curve(run)
        if other is not None and panel.shows_gap:
            gap = find_gap(curve, other)
            draw_line(axis, gap, color, name, _LINE_WIDTH)
            drawn.append(gap)
            continue
        draw_line(axis, curve, color, name, _LINE_WIDTH)
        if other is not None:
            draw_line(axis, other, color, '', _LINE_WIDTH, linestyle=_DASHED)
            drawn += [curve, other]
            if alone:
                _shade(axis, curve, find_gap(curve, other), color)
        elif panel.number.mode == 'val':
            _mark_best(axis, panel.key, curve, color, with_value=alone)
    if panel.note:
        _write_note(axis, panel.note)
    if drawn:
        low, high = limits_after_start(drawn)
        axis.set_ylim((min(low, 0), max(high, 0)) if panel.shows_gap else (low, high))


def _shade(axis: Axes, curve: Curve, gap: Curve, color: str) -> None:
    """Fills what is between training and validation, and says how much it is at the end."""
    if not gap.positions:
        return
    values = dict(zip(curve.positions, curve.values, strict=True))
    low = [values[at] for at in gap.positions]
    high = [start + height for start, height in zip(low, gap.values, strict=True)]
    axis.fill_between(gap.positions, low, high, color=color, alpha=0.15, linewidth=0)
    _write_note(axis, f'gap {gap.values[-1]:+.3g}')


def _write_note(axis: Axes, text: str) -> None:
    axis.text(
        0.99,
        0.97,
        text,
        transform=axis.transAxes,
        ha='right',
        va='top',
        family=FONT,
        fontsize=8,
        color=_NOTE_COLOR,
    )


def _mark_best(axis: Axes, key: str, curve: Curve, color: str, with_value: bool) -> None:
    higher = higher_is_better(key)
    pairs = zip(curve.values, curve.positions, strict=True)
    known = [(value, at) for value, at in pairs if value == value]
    if higher is None or not known:
        return
    best, at = max(known, key=lambda pair: pair[0] if higher else -pair[0])
    axis.plot([at], [best], color=color, marker='o', markersize=4)
    if with_value:
        text = f'best {best:.4g}'
        axis.set_title(text, family=FONT, fontsize=8, color=_NOTE_COLOR, loc='right')
