r"""The tables of a benchmark in LaTeX, with ``booktabs``."""

from __future__ import annotations

import re

from markupsafe import Markup

from mmmtl_bench.report.documents import in_one_line, make_environment
from mmmtl_bench.report.table_grid import TableGrid, make_grid
from mmmtl_bench.results.result_types import BenchmarkResults

_SPECIAL = {
    '\\': r'\textbackslash{}',
    **{character: f'\\{character}' for character in '&%$#_{}'},
    '~': r'\textasciitilde{}',
    '^': r'\textasciicircum{}',
    'Δ': r'$\Delta$',
    '±': r'$\pm$',
    '↑': r'$\uparrow$',
    '↓': r'$\downarrow$',
    '–': '--',
    # behind the end of a line they would be arguments of it
    '[': '{[}',
    '*': '{*}',
}
_ADDRESS = re.compile(r'(https?://[\w/.:=?+@,;-]*[\w/=-])', re.ASCII)
"""Only characters that mean nothing in LaTeX: what follows others is text."""


def results_latex(results: BenchmarkResults) -> str:
    r"""Writes the tables of a benchmark as LaTeX floats.

    Args:
        results: The benchmark.

    Returns:
        Text to ``\input``, a ``table*`` for each table, with the published figures in italics below
        the line that they belong to, and below the table what was averaged, the source and what
        differs between the protocols. Definitions and notes are remarks, which do not print. It
        needs the packages ``booktabs``, ``graphicx`` and ``url``.
    """
    tables = [(table, grid_latex(make_grid(table))) for table in results.tables]
    return _ENVIRONMENT.get_template('report.tex.jinja').render(results=results, tables=tables)


def grid_latex(grid: TableGrid) -> str:
    r"""Writes one table.

    Args:
        grid: The table.

    Returns:
        A ``tabular``; metrics of a task stand below one head.
    """
    return _ENVIRONMENT.get_template('table.tex.jinja').render(grid=grid)


def escape_latex(text: str) -> str:
    r"""Makes text print as it is.

    Args:
        text: The text; addresses in it become ``\url``.

    Returns:
        LaTeX.
    """
    parts = _ADDRESS.split(in_one_line(text))
    return ''.join(
        rf'\url{{{part}}}' if number % 2 else ''.join(_SPECIAL.get(c, c) for c in part)
        for number, part in enumerate(parts)
    )


def _with_minus(text: str) -> Markup:
    """Escapes a number; its hyphen becomes a minus sign."""
    return Markup(re.sub(r'^-(?=\d)', '$-$', escape_latex(text)))  # nosec B704


_ENVIRONMENT = make_environment(escape_latex, delimiters=('<', '>'))
_ENVIRONMENT.filters |= {'in_one_line': in_one_line, 'with_minus': _with_minus}
