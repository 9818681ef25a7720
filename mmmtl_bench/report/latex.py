r"""The tables of a benchmark in LaTeX, with ``booktabs``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from mmmtl_bench.report.table_grid import Cell, Column, GridLine, TableGrid, make_grid
from mmmtl_bench.report.table_texts import BEST, PUBLISHED_GAINS, SYNTHETIC, missing_runs
from mmmtl_bench.results.result_types import BenchmarkResults, ResultTable

_ARROWS = {True: r' $\uparrow$', False: r' $\downarrow$', None: ''}
_SPECIAL = {
    '\\': r'\textbackslash{}',
    **{character: f'\\{character}' for character in '&%$#_{}'},
    '~': r'\textasciitilde{}',
    '^': r'\textasciicircum{}',
    'Δ': r'$\Delta$',
    '±': r'$\pm$',
    '–': '--',
}
_MINUS = re.compile(r'^-(?=\d)')
_ADDRESS = re.compile(r'(https?://[^\s()]*[^\s().,;])')


def results_latex(results: BenchmarkResults) -> str:
    r"""Writes the tables of a benchmark as LaTeX floats.

    Args:
        results: The benchmark.

    Returns:
        Text to ``\input``, a ``table*`` for each table, with the published figures in italics below
        the line that they belong to, and below the table what was averaged, the source and what
        differs between the protocols. It needs the packages ``booktabs``, ``graphicx`` and ``url``.
    """
    parts = [r'% needs \usepackage{booktabs,graphicx,url}', f'% {results.title}']
    if results.synthetic:
        parts.append(f'% {SYNTHETIC}')
    parts.extend(_float(table, results) for table in results.tables)
    return '\n'.join(parts) + '\n'


def grid_latex(grid: TableGrid) -> str:
    r"""Writes one table.

    Args:
        grid: The table.

    Returns:
        A ``tabular``; metrics of a task stand below one head.
    """
    alignment = ''.join('l' if column.is_text else 'r' for column in grid.columns)
    lines = [
        rf'\begin{{tabular}}{{@{{}}{alignment}@{{}}}}',
        r'\toprule',
        *_group_lines(grid.columns),
        _line(
            escape_latex(column.name) + _ARROWS[column.higher_is_better] for column in grid.columns
        ),
        r'\midrule',
        *(_line(_cell(cell, line) for cell in line.cells) for line in grid.lines),
        r'\bottomrule',
        r'\end{tabular}',
    ]
    return '\n'.join(lines)


def escape_latex(text: str) -> str:
    r"""Makes text print as it is.

    Args:
        text: The text; addresses in it become ``\url``.

    Returns:
        LaTeX.
    """
    parts = _ADDRESS.split(text)
    return ''.join(
        rf'\url{{{part}}}' if number % 2 else ''.join(_SPECIAL.get(c, c) for c in part)
        for number, part in enumerate(parts)
    )


def _float(table: ResultTable, results: BenchmarkResults) -> str:
    caption = escape_latex(f'{results.title}: {table.title}.')
    if results.synthetic:
        caption = rf'\textbf{{{escape_latex(SYNTHETIC)}}} {caption}'
    text = escape_latex(' '.join(_sentences(table, results)))
    return '\n'.join(
        (
            r'\begin{table*}',
            r'\centering',
            rf'\caption{{{caption}}}',
            r'\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%',
            grid_latex(make_grid(table)) + '}',
            rf'\par\smallskip\parbox{{\linewidth}}{{\footnotesize {text}}}',
            r'\end{table*}',
        )
    )


def _sentences(table: ResultTable, results: BenchmarkResults) -> Iterable[str]:
    yield from results.notes
    yield BEST
    if table.published is not None:
        source = table.published.source
        link = f', {source.link}' if source.link else ''
        yield f'Published figures (italics): {table.published.title}{link}.'
        yield PUBLISHED_GAINS
        yield from source.notes
    yield from table.differences
    yield from (text for text in (missing_runs(table), *table.notes) if text)


def _group_lines(columns: Sequence[Column]) -> Iterable[str]:
    cells, rules = [], []
    first = 1
    for group, members in itertools.groupby(columns, key=lambda column: column.group):
        count = len(list(members))
        if group:
            cells.append(rf'\multicolumn{{{count}}}{{c}}{{{escape_latex(group)}}}')
            rules.append(rf'\cmidrule(lr){{{first}-{first + count - 1}}}')
        else:
            cells.extend([''] * count)
        first += count
    if rules:
        yield _line(cells)
        yield ''.join(rules)


def _line(cells: Iterable[str]) -> str:
    return ' & '.join(cells) + r' \\'


def _cell(cell: Cell, line: GridLine) -> str:
    text = _MINUS.sub('$-$', escape_latex(cell.text))
    if line.is_published:
        return rf'\textit{{{text}}}' if text else ''
    text = rf'\textbf{{{text}}}' if cell.is_best else text
    return rf'{text} {{\scriptsize $\pm$ {escape_latex(cell.spread)}}}' if cell.spread else text
