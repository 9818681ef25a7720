"""Tables of metrics, one line per run."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path

from mmmtl.evaluation.directions import direction_arrow, higher_is_better
from mmmtl.evaluation.number_format import best_of, format_number
from mmmtl.files import write_atomically


def metrics_table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """Writes metrics as a Markdown table.

    Each column's head has an arrow in the direction that is better, and its best value is bold if
    there are several to choose from. Values have four significant digits; one that is missing or
    NaN is a dash.

    Args:
        rows: Metrics by name of the run, such as ``{'MTAN': {'seg/mIoU': 38.1}}``. Columns come in
            the order in which the metrics first appear.

    Returns:
        The table, with a line break at its end.

    Raises:
        ValueError: If there is no row.
    """
    columns = _columns(rows)
    heads = ['', *(f'{column} {direction_arrow(column)}'.rstrip() for column in columns)]
    lines = [heads, [':--', *['--:'] * len(columns)]]
    best = {column: _best(column, rows) for column in columns}
    for name, metrics in rows.items():
        cells = [name.replace('|', r'\|')]
        for column in columns:
            text = format_number(metrics.get(column, math.nan))
            is_best = best[column] is not None and text == best[column]
            cells.append(f'**{text}**' if is_best else text)
        lines.append(cells)
    return ''.join('| ' + ' | '.join(cells) + ' |\n' for cells in lines)


def metrics_csv(rows: Mapping[str, Mapping[str, float]]) -> str:
    """Writes metrics as comma-separated values, with all their digits.

    Args:
        rows: Metrics by name of the run.

    Returns:
        A head line ``name,<metric>,...`` and a line per run; what is missing is empty.

    Raises:
        ValueError: If there is no row.
    """
    columns = _columns(rows)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator='\n')
    writer.writerow(['name', *columns])
    for name, metrics in rows.items():
        writer.writerow([name, *(repr(float(metrics[c])) if c in metrics else '' for c in columns)])
    return stream.getvalue()


def write_metrics(rows: Mapping[str, Mapping[str, float]], path: str | Path) -> None:
    """Writes the table to a Markdown file and, beside it, to a CSV file of the same name.

    Args:
        rows: Metrics by name of the run.
        path: The Markdown file, ending in ``.md``.

    Raises:
        ValueError: If there is no row, or the file does not end in ``.md``.
    """
    path = Path(path)
    if path.suffix != '.md':
        raise ValueError(f'path: expected a file that ends in .md, found {path}.')
    contents = {path: metrics_table(rows), path.with_suffix('.csv'): metrics_csv(rows)}
    for file, content in contents.items():
        write_atomically(file, content)


def _columns(rows: Mapping[str, Mapping[str, float]]) -> list[str]:
    if not rows:
        raise ValueError('rows: expected the metrics of at least one run, found none.')
    return list(dict.fromkeys(key for metrics in rows.values() for key in metrics))


def _best(column: str, rows: Mapping[str, Mapping[str, float]]) -> str | None:
    """Gives the best value as it is printed, so that values that look equal are equally bold."""
    values = [float(metrics[column]) for metrics in rows.values() if column in metrics]
    best = best_of(values, higher_is_better(column))
    return None if best is None else format_number(best)
