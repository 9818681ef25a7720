"""What models gain over another one, against the number of classes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from mmmtl.visualization.plots.axes import (
    add_common_legend,
    label_x,
    make_grid,
    series_color,
    style_axis,
)
from mmmtl.visualization.plots.figures import FONT, figure_format, save_figure

_MAX_COLUMNS = 3
_PANEL_INCHES = (3.3, 2.6)
_DODGE = 0.22
"""Width in units of the horizontal axis over which the points of one number of classes spread."""


@dataclass(frozen=True)
class Gain:
    """A gain over the baseline.

    Args:
        mean: The gain.
        std: Its standard deviation over seeds. Defaults to None: one seed.
    """

    mean: float
    std: float | None = None


def draw_gain_by_classes(
    gains: Mapping[str, Mapping[str, Mapping[int, Gain]]],
    out_file: str | Path,
    baseline_name: str = 'single task',
) -> None:
    """Draws gains against the number of classes: how they change as the task grows harder.

    After Figure 7 of the first version of `End-to-End Multi-Task Learning with Attention
    <https://arxiv.org/abs/1803.10704v1>`__. There is a small plot per quantity and a line per
    architecture, with the standard deviation over seeds where it is known. Numbers of classes stand
    at equal distances; the points of one of them are moved apart a little.

    Args:
        gains: Gains in percent by quantity (the plot's title), name of the architecture and number
            of classes.
        out_file: File to write; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.
        baseline_name: Name of the baseline. Defaults to ``'single task'``.

    Raises:
        ValueError: If there is nothing to draw, or the format is not known.
    """
    figure_format(out_file)  # an error now, not after the drawing
    lines = [line for by_name in gains.values() for line in by_name.values()]
    counts = sorted({count for line in lines for count in line})
    if not counts:
        raise ValueError('gains: expected at least one gain, found none.')
    names = list(dict.fromkeys(name for by_name in gains.values() for name in by_name))
    columns = min(len(gains), _MAX_COLUMNS)
    rows = math.ceil(len(gains) / columns)
    figure, axes = make_grid(rows, columns, _PANEL_INCHES)
    for axis in axes[len(gains) :]:
        axis.set_visible(False)
    for index, (axis, (title, by_name)) in enumerate(zip(axes, gains.items(), strict=False)):
        style_axis(axis, title)
        axis.axhline(0, color='#404040', linewidth=0.8)
        for number, name in enumerate(names):
            if by_name.get(name):
                offset = _DODGE * ((number + 0.5) / len(names) - 0.5)
                _line(axis, name, by_name[name], counts, offset, series_color(number))
        axis.set_xticks(range(len(counts)), [str(count) for count in counts])
        axis.set_xlim(-0.4, len(counts) - 0.6)
        if index % columns == 0:
            axis.set_ylabel(f'gain over {baseline_name} [%]', family=FONT, fontsize=9)
        if index + columns >= len(gains):
            label_x(axis, 'number of classes')
    add_common_legend(figure, axes, names)
    save_figure(figure, out_file)


def _line(
    axis: Axes,
    name: str,
    line: Mapping[int, Gain],
    counts: Sequence[int],
    offset: float,
    color: str,
) -> None:
    known = [count for count in counts if count in line]
    positions = np.array([counts.index(count) for count in known]) + offset
    means = np.array([line[count].mean for count in known])
    stds = np.array([line[count].std or 0.0 for count in known])
    if stds.any():
        axis.errorbar(positions, means, stds, fmt='none', ecolor=color, elinewidth=1, capsize=2)
    axis.plot(positions, means, color=color, marker='o', markersize=4.5, linewidth=1.5, label=name)
