from __future__ import annotations

from pathlib import Path

from mmmtl_bench.report.figures.types import DrawnFigure, PlannedFigure


def draw_figure(figure: PlannedFigure, folder: str | Path) -> DrawnFigure:
    """Draws a figure to one file in each of its formats.

    Args:
        figure: The figure.
        folder: Folder of the files; made if it is missing.

    Returns:
        The figure with its files.
    """
    files = tuple(Path(folder, figure.name + suffix) for suffix in figure.formats)
    for file in files:
        figure.draw(file)
    return DrawnFigure(figure, files)
