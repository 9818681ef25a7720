"""The report of a benchmark as one web page that needs no other file."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from mmmtl.visualization.plots.figures import DPI
from mmmtl_bench.report.documents import make_environment
from mmmtl_bench.report.figures.figure import DrawnFigure
from mmmtl_bench.report.page_columns import make_columns, make_heads
from mmmtl_bench.report.table_grid import make_grid
from mmmtl_bench.results.result_types import BenchmarkResults, ResultTable
from mmmtl_bench.suite.run_spec import slug

_CSS_PIXELS_PER_INCH = 84
"""A little less than 96, so that two figures of usual width stand side by side."""
_MAX_OPEN = 8


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Args:
        title: Its title.
        anchor: Where a link to it goes.
        table: Its table; None for figures about several tables.
        figures: Its figures by kind.
    """

    title: str
    anchor: str
    table: ResultTable | None
    figures: dict[str, list[DrawnFigure]]


def render_page(results: BenchmarkResults, figures: Sequence[DrawnFigure] = ()) -> str:
    """Makes the web page of a benchmark's report.

    The page needs no other file and no network: pictures, style and script are in it. Tables can be
    sorted by a click on a column's head; published figures stand beside ours.

    Args:
        results: The benchmark.
        figures: Its figures, of which the pictures are read. Defaults to none.

    Returns:
        The page as HTML. Texts of the benchmark are escaped.
    """
    return _ENVIRONMENT.get_template('page.html.jinja').render(
        results=results, sections=make_sections(results, figures)
    )


def make_sections(results: BenchmarkResults, figures: Sequence[DrawnFigure]) -> list[Section]:
    """Arranges a report.

    Args:
        results: The benchmark.
        figures: Its figures.

    Returns:
        A section for each table, and one for figures about several tables if there are any.
    """
    sections = [
        Section(table.title, f'table-{index + 1}', table, _by_kind(figures, index))
        for index, table in enumerate(results.tables)
    ]
    across = _by_kind(figures, None)
    return [*sections, Section('Across tables', 'across', None, across)] if across else sections


def _by_kind(figures: Sequence[DrawnFigure], table: int | None) -> dict[str, list[DrawnFigure]]:
    groups: dict[str, list[DrawnFigure]] = {}
    for drawn in figures:
        if drawn.figure.table == table:
            groups.setdefault(drawn.figure.kind, []).append(drawn)
    return groups


def folding_lists(table: ResultTable) -> Iterator[tuple[str, Sequence[str], bool]]:
    """Lists what stands below a table and can be folded.

    Args:
        table: The table.

    Yields:
        Title and entries of a list, and whether it is unfolded at first; lists without an entry
        are left out.
    """
    known = table.published.source.notes if table.published else ()
    for title, entries, is_open in (
        ('Runs that are not finished', table.missing, len(table.missing) <= _MAX_OPEN),
        (
            'What differs between the protocols, so far as it can be seen',
            table.differences,
            True,
        ),
        ('What is known of the published figures', known, True),
        ('Notes', table.notes, True),
    ):
        if entries:
            yield title, entries, is_open


def _read_picture(path: Path) -> tuple[str, int, int]:
    """Gives a picture as a ``data:`` address, and width and height to show it at in pixels."""
    with Image.open(path) as picture:
        width, height = (round(side * _CSS_PIXELS_PER_INCH / DPI) for side in picture.size)
    encoded = base64.b64encode(path.read_bytes()).decode('ascii')
    return f'data:image/png;base64,{encoded}', width, height


def _web_link(link: str) -> str:
    """Gives an address that may stand in a page: no other scheme than those of the web."""
    return link if link.startswith(('https://', 'http://')) else ''


_ENVIRONMENT = make_environment()
_ENVIRONMENT.filters |= {
    'columns': lambda table: make_columns(make_grid(table)),
    'folding_lists': folding_lists,
    'heads': make_heads,
    'read_picture': _read_picture,
    'slug': slug,
    'web_link': _web_link,
}
