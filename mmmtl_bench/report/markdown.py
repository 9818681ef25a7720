"""The report of a benchmark as a Markdown page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from mmmtl_bench.report.documents import in_one_line, make_environment
from mmmtl_bench.report.figures.figure import DrawnFigure
from mmmtl_bench.report.table_grid import TableGrid, make_grid
from mmmtl_bench.results.result_types import BenchmarkResults

_SPECIAL = re.compile(r'([\\|*_<>`\[\]])')


def results_markdown(
    results: BenchmarkResults, figures: Iterable[DrawnFigure] = (), folder: str | Path = '.'
) -> str:
    """Writes the report of a benchmark as a Markdown page.

    Args:
        results: The benchmark.
        figures: Its figures, those of one kind and table after each other. Defaults to none.
        folder: Folder of the page, to which the addresses of the pictures are relative.

    Returns:
        The page: what was averaged, each table with the published figures (in italics, below the
        line that they belong to), their source, and what differs between the protocols; then, below
        a heading for each kind of figure of each table, the pictures with their captions.
    """
    groups = groupby(figures, lambda drawn: (drawn.figure.kind, drawn.figure.table))
    return _ENVIRONMENT.get_template('report.md.jinja').render(
        results=results,
        tables=[(table, grid_markdown(make_grid(table))) for table in results.tables],
        figures=[(kind, table, list(drawn)) for (kind, table), drawn in groups],
        folder=folder,
    )


def grid_markdown(grid: TableGrid) -> str:
    """Writes one table.

    Args:
        grid: The table.

    Returns:
        Its lines, without a line break at the end.
    """
    return _ENVIRONMENT.get_template('table.md.jinja').render(grid=grid).rstrip()


def escape_markdown(text: str) -> str:
    """Makes text print as it is.

    Args:
        text: The text.

    Returns:
        Markdown.
    """
    return _SPECIAL.sub(r'\\\1', in_one_line(text))


_ENVIRONMENT = make_environment(escape_markdown)
