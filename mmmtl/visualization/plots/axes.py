"""What the small plots of a figure share: their look, their legend and a line of their own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mmmtl.visualization.plots.figures import DPI, FONT, GREY, SERIES_COLORS

_LETTER_INCHES = 0.08
_LEGEND_HANDLE_INCHES = 0.62
_LEGEND_LINE_INCHES = 0.2
_LEGEND_INCHES = 0.4
_START = 0.25
"""Share of a run at its start that does not stretch a vertical axis."""
_MARGIN = 0.06


@dataclass(frozen=True)
class Curve:
    """A number over a run, or the mean of several runs.

    Args:
        positions: Epochs or iterations, rising.
        values: The number at each of them.
        spread: Half the height of a band around each value, such as the standard deviation over
            seeds. Defaults to none.
    """

    positions: Sequence[int]
    values: Sequence[float]
    spread: Sequence[float] = ()


def series_color(index: int) -> str:
    """Gives the colour of a line or a bar.

    Args:
        index: Its number, from 0; after the last colour the first comes again.

    Returns:
        A colour such as ``'#0072b2'``.
    """
    return SERIES_COLORS[index % len(SERIES_COLORS)]


def make_grid(
    rows: int, columns: int, panel: tuple[float, float], sharey: bool = False
) -> tuple[Figure, list[Axes]]:
    """Makes a figure of small plots of one size.

    Args:
        rows: Number of rows.
        columns: Number of plots in a row.
        panel: Width and height of a plot in inches.
        sharey: Whether all plots have the same vertical axis. Defaults to False.

    Returns:
        The figure, which has room for a legend of one line, and its plots, row by row.
    """
    size = (columns * panel[0], rows * panel[1] + _LEGEND_INCHES)
    figure = Figure(figsize=size, dpi=DPI, layout='constrained')
    return figure, list(figure.subplots(rows, columns, squeeze=False, sharey=sharey).flatten())


def style_axis(axis: Axes, title: str) -> None:
    """Gives a plot the common look.

    Args:
        axis: The plot.
        title: Its title, at the left.
    """
    axis.set_title(title, family=FONT, fontsize=10, fontweight='bold', loc='left')
    axis.grid(color=GREY, linewidth=0.4, alpha=0.6)
    axis.set_axisbelow(True)
    axis.spines[['top', 'right']].set_visible(False)
    axis.spines[['left', 'bottom']].set_color(GREY)
    axis.tick_params(labelsize=8, color=GREY, labelfontfamily=FONT)
    axis.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))


def style_epochs(axis: Axes) -> None:
    """Lets the horizontal axis of a plot count epochs or iterations.

    Args:
        axis: The plot.
    """
    axis.xaxis.set_major_locator(
        MaxNLocator(nbins=6, integer=True, steps=[1, 2, 5, 10], min_n_ticks=1)
    )


def limits_after_start(curves: Sequence[Curve]) -> tuple[float, float]:
    """Finds a vertical range in which the end of runs can be told apart.

    Args:
        curves: What is drawn.

    Returns:
        Lowest and highest value of what comes after the first quarter of the longest curve, with a
        margin; 0 and 1 if there is nothing.
    """
    start = _START * max((max(curve.positions) for curve in curves if curve.positions), default=0)
    values = np.array(
        [
            value
            for curve in curves
            for at, value in zip(curve.positions, curve.values, strict=True)
            if at > start and math.isfinite(value)
        ]
    )
    if values.size == 0:
        return 0.0, 1.0
    margin = _MARGIN * (np.ptp(values) or abs(values[0]) or 1.0)
    return float(values.min() - margin), float(values.max() + margin)


def draw_line(
    axis: Axes, curve: Curve, color: str, name: str, width: float, linestyle: object = '-'
) -> None:
    """Draws a curve; one of a single point as a dot, which is hollow where lines are not solid.

    Args:
        axis: The plot.
        curve: The curve.
        color: Its colour.
        name: Its name in a legend; may be empty.
        width: Width of the line in points.
        linestyle: matplotlib's style of the line. Defaults to a solid one.
    """
    alone = sum(map(math.isfinite, curve.values)) == 1
    axis.plot(
        curve.positions,
        curve.values,
        color=color,
        linewidth=width,
        linestyle=linestyle,
        label=name,
        marker='o' if alone else None,
        markerfacecolor=color if linestyle == '-' else 'white',
        markersize=4,
    )


def label_x(axis: Axes, text: str) -> None:
    """Writes below the horizontal axis.

    Args:
        axis: The plot.
        text: The text.
    """
    axis.set_xlabel(text, family=FONT, fontsize=9)


def add_legend(figure: Figure, handles: Sequence[Artist], labels: Sequence[str]) -> None:
    """Puts one legend for all plots above them, in as many columns as there is room for.

    The figure grows by its lines after the first.

    Args:
        figure: The figure.
        handles: What is explained.
        labels: Its names.
    """
    columns = _legend_columns([len(label) for label in labels], figure.get_figwidth())
    more_lines = math.ceil(len(labels) / columns) - 1
    figure.set_figheight(figure.get_figheight() + more_lines * _LEGEND_LINE_INCHES)
    figure.legend(
        handles,
        labels,
        loc='outside upper center',
        ncols=columns,
        frameon=False,
        prop={'family': FONT, 'size': 9.5},
    )


def add_common_legend(figure: Figure, axes: Sequence[Axes], order: Sequence[str]) -> None:
    """Puts one legend above all plots for what is drawn in any of them.

    Args:
        figure: The figure.
        axes: Its plots, whose lines have the names as labels.
        order: The names in the order to show; those that no line has are left out.
    """
    known: dict[str, Artist] = {}
    for axis in axes:
        handles, labels = axis.get_legend_handles_labels()
        known.update(zip(labels, handles, strict=True))
    names = [name for name in order if name in known]
    add_legend(figure, [known[name] for name in names], names)


def _legend_columns(lengths: Sequence[int], width: float) -> int:
    """Finds the number of columns that fills as few lines as fit, each as full as the others."""
    for count in range(len(lengths), 1, -1):
        rows = math.ceil(len(lengths) / count)
        columns = math.ceil(len(lengths) / rows)
        # matplotlib fills column after column
        widest = [max(lengths[at : at + rows]) for at in range(0, len(lengths), rows)]
        if sum(_LEGEND_HANDLE_INCHES + _LETTER_INCHES * letters for letters in widest) < width:
            return columns
    return 1
