"""What plots share: their look, and their files."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from mmmtl.files import atomic_file

# Okabe and Ito: told apart by colour-blind readers too
SERIES_COLORS = ('#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000')
"""Colours of lines and bars, in their order."""

GREY = '#b0b0b0'
"""Colour of grids and axes."""

FONT = 'DejaVu Sans'
"""Comes with matplotlib."""

DPI = 150
"""Pixels per inch."""

_FORMATS = ('png', 'svg', 'pdf')


def figure_format(path: str | Path) -> str:
    """Tells the format of a plot's file by its suffix.

    Args:
        path: The file, which need not exist.

    Returns:
        ``'png'``, ``'svg'`` or ``'pdf'``.

    Raises:
        ValueError: If the suffix is that of no such format.
    """
    file_format = Path(path).suffix.lower().removeprefix('.')
    if file_format not in _FORMATS:
        raise ValueError(f'out_file: expected a suffix among {_FORMATS}, found {path}.')
    return file_format


def save_figure(figure: Figure, path: str | Path) -> None:
    """Writes a plot.

    Args:
        figure: The plot.
        path: File to write; its suffix says the format.

    Raises:
        ValueError: If the suffix is not that of a plot.
    """
    file_format = figure_format(path)
    with atomic_file(path) as stream:
        figure.savefig(stream, format=file_format)
