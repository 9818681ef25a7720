"""The tables of a benchmark as a Markdown page."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mmmtl_bench.report.table_grid import Cell, Column, GridLine, TableGrid, make_grid
from mmmtl_bench.report.table_texts import BEST, PUBLISHED_GAINS, SYNTHETIC, missing_runs
from mmmtl_bench.results.result_types import BenchmarkResults, ResultTable

_ARROWS = {True: ' ↑', False: ' ↓', None: ''}
_SPECIAL = re.compile(r'([\\|*_<>`])')


def results_markdown(results: BenchmarkResults) -> str:
    """Writes the tables of a benchmark as a Markdown page.

    Args:
        results: The benchmark.

    Returns:
        The page: what was averaged, each table with the published figures (in italics, below the
        line that they belong to), their source, and what differs between the protocols.
    """
    parts = [f'# {_escape(results.title)}']
    if results.synthetic:
        parts.append(f'> **{SYNTHETIC}**')
    if results.description:
        parts.append(_escape(results.description))
    parts.append(_list(_escape(note) for note in (*results.notes, BEST)))
    for table in results.tables:
        parts.extend(_table_parts(table, results.synthetic))
    return '\n\n'.join(parts) + '\n'


def grid_markdown(grid: TableGrid) -> str:
    """Writes one table.

    Args:
        grid: The table.

    Returns:
        Its lines, without a line break at the end.
    """
    lines = [
        [_head(column) for column in grid.columns],
        [':--' if column.is_text else '--:' for column in grid.columns],
        *([_cell(cell, line) for cell in line.cells] for line in grid.lines),
    ]
    return '\n'.join('| ' + ' | '.join(cells) + ' |' for cells in lines)


def _table_parts(table: ResultTable, synthetic: bool) -> Iterable[str]:
    yield f'## {_escape(table.title)}' + (' (synthetic data)' if synthetic else '')
    yield grid_markdown(make_grid(table))
    if table.published is not None:
        source = table.published.source
        title = _escape(table.published.title)
        link = f'[{title}]({source.link})' if source.link else title
        yield f'Published figures (*italics*): {link}. {PUBLISHED_GAINS}'
        yield 'What is known of them:\n\n' + _list(map(_plain, source.notes))
    if table.differences:
        yield 'What differs between the protocols, so far as it can be seen:\n\n' + _list(
            map(_escape, table.differences)
        )
    notes = [text for text in (missing_runs(table), *table.notes) if text]
    if notes:
        yield 'Notes:\n\n' + _list(map(_escape, notes))


def _head(column: Column) -> str:
    name = f'{column.group}/{column.name}' if column.group not in ('', 'gain') else column.name
    return _escape(name) + _ARROWS[column.higher_is_better]


def _cell(cell: Cell, line: GridLine) -> str:
    text = _escape(cell.text)
    if line.is_published:
        return f'*{text}*' if text else ''
    text = f'**{text}**' if cell.is_best else text
    return f'{text} ± {cell.spread}' if cell.spread else text


def _list(items: Iterable[str]) -> str:
    return '\n'.join(f'- {item}' for item in items)


def _escape(text: str) -> str:
    return _SPECIAL.sub(r'\\\1', text)


def _plain(text: str) -> str:
    """Leaves text with addresses as it is."""
    return text if '://' in text else _escape(text)
