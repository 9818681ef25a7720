"""How far the loss weighting moves the final metrics, architecture by architecture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mmmtl.evaluation.directions import direction_arrow
from mmmtl.visualization.plots.axes import add_common_legend, make_grid, series_color, style_axis
from mmmtl.visualization.plots.figures import FONT, GREY, SERIES_COLORS, figure_format, save_figure

_PANEL_WIDTH_INCHES = 3.6
_LINE_INCHES = 0.36
_DOT_INCHES = 0.06
_FRAME_INCHES = 0.7
_BASELINE_COLOR = '#707070'
_DODGE = 0.45
"""Height, in units of a line, over which its dots spread."""
_MARKERS = ('o', 's', '^', 'D', 'v', 'P')
"""One for each round of the colours."""


def draw_weighting_spread(
    metrics: Mapping[str, Mapping[str, Mapping[str, float]]],
    out_file: str | Path,
    baseline: Mapping[str, float] | None = None,
    baseline_name: str = 'single task',
) -> None:
    """Draws final metrics: a plot per metric, a line per architecture, a dot per weighting.

    Dots of a line are moved apart a little. A bar spans them: the shorter it is, the less the
    weighting matters. Its length is printed at its right.

    Args:
        metrics: Final values by name of the metric, name of the architecture and label of the
            weighting.
        out_file: File to write; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.
        baseline: Values of the single-task network by name of the metric, drawn as a vertical line.
            Defaults to none.
        baseline_name: Name of the baseline. Defaults to ``'single task'``.

    Raises:
        ValueError: If there is nothing to draw, or the format is not known.
    """
    figure_format(out_file)  # an error now, not after the drawing
    lines = [values for by_name in metrics.values() for values in by_name.values()]
    weightings = list(dict.fromkeys(name for values in lines for name in values))
    if not weightings:
        raise ValueError('metrics: expected at least one value, found none.')
    architectures = list(dict.fromkeys(name for by_name in metrics.values() for name in by_name))
    line = max(_LINE_INCHES, _DOT_INCHES * len(weightings))
    panel = (_PANEL_WIDTH_INCHES, _FRAME_INCHES + line * len(architectures))
    figure, axes = make_grid(1, len(metrics), panel, sharey=True)
    for axis, (metric, by_name) in zip(axes, metrics.items(), strict=True):
        style_axis(axis, f'{metric} {direction_arrow(metric)}'.rstrip())
        if metric in (baseline or {}):
            value = (baseline or {})[metric]
            axis.axvline(value, color=_BASELINE_COLOR, linestyle='--', label=baseline_name)
        for at, name in enumerate(architectures):
            _draw_line(axis, at, by_name.get(name, {}), weightings)
        axis.margins(x=0.08)
        axis.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes[0].set_yticks(range(len(architectures)), architectures, family=FONT, fontsize=9)
    axes[0].set_ylim(len(architectures) - 0.5, -0.5)  # the first above
    add_common_legend(figure, axes, (*weightings, baseline_name))
    save_figure(figure, out_file)


def _draw_line(axis: Axes, at: int, values: Mapping[str, float], weightings: Sequence[str]) -> None:
    if not values:
        return
    low, high = min(values.values()), max(values.values())
    axis.plot([low, high], [at, at], color=GREY, linewidth=5, alpha=0.6, solid_capstyle='round')
    for number, weighting in enumerate(weightings):
        if weighting in values:
            offset = _DODGE * ((number + 0.5) / len(weightings) - 0.5)
            color = series_color(number)
            marker = _MARKERS[number // len(SERIES_COLORS) % len(_MARKERS)]
            axis.plot(
                [values[weighting]],
                [at + offset],
                marker,
                color=color,
                markersize=6.5,
                markeredgecolor='white',
                markeredgewidth=0.7,
                label=weighting,
            )
    axis.text(
        1.01,
        at,
        f'{high - low:.3g}',
        transform=axis.get_yaxis_transform(),
        va='center',
        family=FONT,
        fontsize=8,
        color='#505050',
    )
