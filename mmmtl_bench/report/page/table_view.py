"""What the page shows of one table."""

from __future__ import annotations

from dataclasses import dataclass

from mmmtl.evaluation.relative_gain import GAINS
from mmmtl_bench.report.page.columns import PageCell, PageColumn, PageHead, make_columns, make_heads
from mmmtl_bench.report.table_grid import make_grid
from mmmtl_bench.report.table_texts import BEST
from mmmtl_bench.results.result_types import ResultTable

_PUBLISHED_GAINS = (
    'Published gains are computed from the published figures, against the published line of the '
    'baseline.'
)
_SORTING = 'A click on a head sorts the table, another one turns the order.'
_MAX_OPEN = 8


@dataclass(frozen=True)
class RowView:
    """A line of a table.

    Args:
        cells: Pairs of a column and the line's cell in it.
        is_baseline: Whether gains are relative to it.
    """

    cells: tuple[tuple[PageColumn, PageCell], ...]
    is_baseline: bool


@dataclass(frozen=True)
class ListView:
    """A list below a table that can be folded.

    Args:
        title: Its title.
        entries: Its entries.
        is_open: Whether it is unfolded at first. Defaults to True.
    """

    title: str
    entries: tuple[str, ...]
    is_open: bool = True


@dataclass(frozen=True)
class TableView:
    """What the page shows of one table.

    Args:
        heads: Heads line by line.
        rows: The lines.
        published: How to refer to the published table; empty if there is none.
        link: Its address; may be empty.
        legend: How to read the table.
        lists: Lists below the table.
    """

    heads: list[list[PageHead]]
    rows: tuple[RowView, ...]
    published: str
    link: str
    legend: str
    lists: tuple[ListView, ...]


def view_table(table: ResultTable) -> TableView:
    """Lays a table out for the page.

    Args:
        table: The table.

    Returns:
        What the page shows.
    """
    columns = make_columns(make_grid(table))
    rows = tuple(
        RowView(
            tuple((column, column.cells[index]) for column in columns),
            row.weighting is None and row.architecture == table.baseline,
        )
        for index, row in enumerate(table.rows)
    )
    return TableView(
        heads=make_heads(columns),
        rows=rows,
        published=table.published.title if table.published else '',
        link=_web_link(table.published.source.link) if table.published else '',
        legend=' '.join([BEST, *([_PUBLISHED_GAINS] if table.published else []), _SORTING]),
        lists=tuple(entries for entries in _lists(table) if entries.entries),
    )


def _lists(table: ResultTable) -> list[ListView]:
    missing = tuple(folder for row in table.rows for folder in row.missing)
    gains = tuple(
        f'{gain.label} ({name}): {gain.description}, in percent. {gain.source}.'
        for name, gain in GAINS.items()
        if any(name in row.gains for row in table.rows)
    )
    return [
        ListView('Runs that are not finished', missing, is_open=len(missing) <= _MAX_OPEN),
        ListView('What differs between the protocols, so far as it can be seen', table.differences),
        ListView(
            'What is known of the published figures',
            table.published.source.notes if table.published else (),
        ),
        ListView('Notes', table.notes),
        ListView(f'Average relative gain over {table.baseline}, by definition', gains, False),
    ]


def _web_link(link: str) -> str:
    """Gives an address that may stand in a page: no other scheme than those of the web."""
    return link if link.startswith(('https://', 'http://')) else ''
