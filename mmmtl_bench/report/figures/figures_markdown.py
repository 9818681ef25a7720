from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from mmmtl_bench.report.figures.types import DrawnFigure


def figures_markdown(
    figures: Iterable[DrawnFigure], folder: str | Path, tables: Sequence[str]
) -> str:
    """Writes the figures of a benchmark as a part of a Markdown page.

    Args:
        figures: The figures.
        folder: Folder of the page, to which the addresses of the pictures are relative.
        tables: Titles of the benchmark's tables.

    Returns:
        A heading for each kind of figure of each table, and below it the pictures with their
        captions; nothing if there is no figure.
    """
    parts = []
    groups = groupby(figures, lambda drawn: (drawn.figure.kind, drawn.figure.table))
    for (kind, table), of_kind in groups:
        parts.append(f'## {kind}' if table is None else f'## {kind}: {tables[table]}')
        for drawn in of_kind:
            title = drawn.figure.title
            address = drawn.picture.relative_to(folder).as_posix()
            caption = f'**{title}.** {drawn.figure.caption}' if title else drawn.figure.caption
            parts += [f'![{title or kind}]({address})', caption]
    return ''.join(f'\n{part}\n' for part in parts)
