"""What models gain over another one, class by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mmmtl.evaluation.class_scores import ClassScores
from mmmtl.visualization.plots.axes import series_color
from mmmtl.visualization.plots.figures import DPI, FONT, GREY, figure_format, save_figure

_CLASS_INCHES = 0.5
_LETTER_INCHES = 0.078
_BAR_INCHES = 0.18
_MIN_WIDTH_INCHES = 4.5
_MAX_WIDTH_INCHES = 11
_HEIGHT_INCHES = 3.6
_BARS = 0.8
"""Share of the room of a class that its bars take."""


def draw_class_gain(
    baseline: ClassScores,
    models: Mapping[str, ClassScores],
    classes: Sequence[str],
    out_file: str | Path,
    baseline_name: str = 'single task',
) -> None:
    """Draws the gain in IoU of models over a baseline, the most frequent classes first.

    There is a group of bars for each class, in percentage points of IoU. Below a class stand its
    share of the labelled pixels and the baseline's IoU, upright where there are many. A class that
    is not in the labels is left out.

    Args:
        baseline: Scores of the baseline.
        models: Scores of the models by name.
        classes: Names of the classes.
        out_file: File to write; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.
        baseline_name: Name of the baseline. Defaults to ``'single task'``.

    Raises:
        ValueError: If there is no model, numbers of classes differ, or the format is not known.
    """
    figure_format(out_file)  # an error now, not after the drawing
    if not models:
        raise ValueError('models: expected at least one, found none.')
    lengths = {
        'classes': len(classes),
        baseline_name: len(baseline.iou),
        **{name: len(scores.iou) for name, scores in models.items()},
    }
    if len(set(lengths.values())) > 1:
        raise ValueError(f'Expected the same number of classes everywhere, found {lengths}.')
    order = [index for index in np.argsort(-baseline.share, kind='stable') if baseline.share[index]]
    longest = max(len(classes[index]) for index in order)
    room = max(_CLASS_INCHES, _LETTER_INCHES * longest, _BAR_INCHES * len(models))
    width_inches = max(_MIN_WIDTH_INCHES, 1.2 + room * len(order))
    upright = width_inches > _MAX_WIDTH_INCHES
    figure = Figure(
        figsize=(
            min(width_inches, _MAX_WIDTH_INCHES),
            _HEIGHT_INCHES + upright * _LETTER_INCHES * longest,
        ),
        dpi=DPI,
        layout='constrained',
    )
    axis = figure.subplots()
    width = _BARS / len(models)
    for number, (name, scores) in enumerate(models.items()):
        offset = (number - (len(models) - 1) / 2) * width
        gain = (scores.iou - baseline.iou)[order]
        places = np.arange(len(order)) + offset
        axis.bar(places, gain, width, color=series_color(number), label=name)
    labels = [
        (', ' if upright else '\n').join(
            (classes[index], _percent(baseline.share[index]), f'{baseline.iou[index]:.1f}')
        )
        for index in order
    ]
    _style(axis, labels, f'gain over {baseline_name}\n[points of IoU]')
    axis.tick_params(axis='x', labelrotation=90 if upright else 0)
    axis.set_xlabel(
        f'class, its share of the labelled pixels, IoU of {baseline_name} [%]',
        family=FONT,
        fontsize=9,
    )
    axis.legend(
        frameon=False,
        prop={'family': FONT, 'size': 9},
        ncols=4,
        loc='lower left',
        bbox_to_anchor=(0, 1),
        borderaxespad=0,
    )
    save_figure(figure, out_file)


def _style(axis: Axes, labels: Sequence[str], title: str) -> None:
    axis.axhline(0, color='#404040', linewidth=0.8)
    axis.grid(axis='y', color=GREY, linewidth=0.4, alpha=0.6)
    axis.set_axisbelow(True)
    axis.spines[['top', 'right', 'bottom']].set_visible(False)
    axis.spines['left'].set_color(GREY)
    axis.set_xticks(range(len(labels)), labels, family=FONT, fontsize=8)
    axis.tick_params(axis='x', length=0)
    axis.tick_params(axis='y', labelsize=8, color=GREY, labelfontfamily=FONT)
    axis.set_ylabel(title, family=FONT, fontsize=9)
    axis.set_xlim(-0.6, len(labels) - 0.4)


def _percent(share: float) -> str:
    """Writes a share with two digits that count."""
    if share >= 10:
        return f'{share:.0f} %'
    return f'{share:.1f} %' if share >= 1 else f'{share:.2g} %'
