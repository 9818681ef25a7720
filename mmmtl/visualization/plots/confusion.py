"""A confusion matrix as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from mmmtl.visualization.plots.figures import DPI, FONT, figure_format, save_figure

_CELL_INCHES = 0.42
_LETTER_INCHES = 0.075
_EXTRA_INCHES = 1.3
_DARK = 0.5
"""Brightness below which numbers are white."""


def draw_confusion_matrix(
    matrix: Tensor,
    classes: Sequence[str],
    out_file: str | Path,
    title: str = 'Normalized confusion matrix',
    color_theme: str = 'Blues',
) -> None:
    """Draws a confusion matrix, each row in percent of the pixels of its class.

    Rows are the labelled classes, columns what their pixels are predicted to be: the diagonal is
    the accuracy (recall) of each class. A class without a labelled pixel has dashes.

    Args:
        matrix: Numbers of pixels, shape (C, C); see
            :func:`~mmmtl.evaluation.confusion.confusion_matrix`.
        classes: Names of the C classes.
        out_file: File to write; its suffix says the format: ``.png``, ``.svg`` or ``.pdf``.
        title: Title of the picture. Defaults to mmsegmentation's.
        color_theme: Name of a colour map of matplotlib. Defaults to ``'Blues'``.

    Raises:
        ValueError: If the matrix has another shape, there is no such colour map, or the format is
            not known.
    """
    figure_format(out_file)  # an error now, not after the drawing
    if matrix.shape != (len(classes), len(classes)):
        raise ValueError(
            f'matrix: expected the shape {(len(classes), len(classes))}, '
            f'found {tuple(matrix.shape)}.'
        )
    if color_theme not in matplotlib.colormaps:
        raise ValueError(
            f"color_theme: expected a colour map of matplotlib such as 'Blues', "
            f'found {color_theme!r}.'
        )
    counts = matrix.numpy().astype(np.float64)
    totals = counts.sum(axis=1, keepdims=True)
    percent = np.divide(100 * counts, totals, out=np.full_like(counts, np.nan), where=totals > 0)
    side = _CELL_INCHES * len(classes) + _LETTER_INCHES * max(map(len, classes)) + _EXTRA_INCHES
    figure = Figure(figsize=(side + 0.6, side), dpi=DPI, layout='constrained')
    axis = figure.subplots()
    colors = matplotlib.colormaps[color_theme].with_extremes(bad='#f0f0f0')
    image = axis.imshow(percent, cmap=colors, vmin=0, vmax=100)
    for (row, column), value in np.ndenumerate(percent):
        red, green, blue, _ = colors(image.norm(value))
        is_dark = 0.299 * red + 0.587 * green + 0.114 * blue < _DARK
        axis.text(
            column,
            row,
            '–' if np.isnan(value) else f'{value:.0f}',
            ha='center',
            va='center',
            family=FONT,
            fontsize=8,
            color='white' if is_dark else 'black',
        )
    places = range(len(classes))
    axis.set_xticks(places, classes, family=FONT, fontsize=8, rotation=90)
    axis.set_yticks(places, classes, family=FONT, fontsize=8)
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    axis.set_xlabel('prediction', family=FONT, fontsize=9)
    axis.set_ylabel('label', family=FONT, fontsize=9)
    axis.set_title(title, family=FONT, fontsize=10, fontweight='bold')
    bar = figure.colorbar(image, ax=axis, shrink=0.8)
    bar.set_label("% of the class's labelled pixels", family=FONT, fontsize=8)
    bar.ax.tick_params(labelsize=8, labelfontfamily=FONT)
    bar.outline.set_visible(False)
    save_figure(figure, out_file)
