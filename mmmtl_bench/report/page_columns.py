"""Columns of a table on the page: ours, and the published one at its right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mmmtl.evaluation.number_format import MISSING
from mmmtl.evaluation.relative_gain import GAINS
from mmmtl_bench.report.table_grid import Cell, Column, TableGrid

_HINTS = {
    '#P': 'parameters over those of one single-task network, without the loss weighting',
    'trained K': 'thousands of parameters that are trained, without the loss weighting',
    'frozen K': 'thousands of parameters that stay as they were',
    'GFLOPs': 'multiply-adds of one image, in billions',
    'MR': 'mean over the metrics of the rank of the line, 1 for the best',
    **{gain.label: f'{name}: {gain.description}, in percent' for name, gain in GAINS.items()},
}


@dataclass(frozen=True)
class PageCell:
    """A cell.

    Args:
        text: What it says.
        value: What it is sorted by; empty sorts last.
        spread: The standard deviation's text; empty if there is none.
        is_best: Whether it is the best of our own in its column.
    """

    text: str
    value: str
    spread: str
    is_best: bool


@dataclass(frozen=True)
class PageColumn:
    """A column.

    Args:
        head: Its head.
        kind: Class of its style: ``'name'``, ``'number'`` or ``'published'``.
        group: Head above it that it shares with its neighbour; empty if none.
        first: Order of the first sorting: ``'ascending'`` or ``'descending'``.
        hint: What the head means; empty if that is plain.
        cells: A cell for each line.
    """

    head: str
    kind: str
    group: str
    first: str
    hint: str
    cells: tuple[PageCell, ...]


@dataclass(frozen=True)
class PageHead:
    """A cell of a table's head.

    Args:
        text: What it says.
        kind: Class of its style.
        span: Number of columns. Defaults to 1.
        lines: Number of lines of the head. Defaults to 1.
        column: Index of the column that it sorts. Defaults to None: it does not sort.
        first: Order of the first sorting. Defaults to ascending.
        hint: What it means. Defaults to nothing.
    """

    text: str
    kind: str
    span: int = 1
    lines: int = 1
    column: int | None = None
    first: str = 'ascending'
    hint: str = ''


def make_columns(grid: TableGrid) -> list[PageColumn]:
    """Moves published figures from the lines below ours to columns beside ours.

    Args:
        grid: The table.

    Returns:
        The columns, those of published figures where there are any: names, what sums up a line,
        metrics, and sizes of the networks.
    """
    own = [line for line in grid.lines if not line.is_published]
    below = dict(zip(map(id, grid.lines), grid.lines[1:], strict=False))
    published = [
        follower if (follower := below.get(id(line))) and follower.is_published else None
        for line in own
    ]
    columns = []
    for index, column in sorted(enumerate(grid.columns), key=lambda pair: _place(pair[1])):
        ours = _make_column(column, [line.cells[index] for line in own])
        theirs = [Cell(line.cells[index].text if line else '') for line in published]
        if column.is_text or not any(cell.text for cell in theirs):
            columns.append(ours)
            continue
        columns.append(replace(ours, head='ours', group=ours.head))
        beside = _make_column(column, [Cell(cell.text or MISSING) for cell in theirs])
        columns.append(replace(beside, head='published', kind='published', group=ours.head))
    return columns


def make_heads(columns: Sequence[PageColumn]) -> list[list[PageHead]]:
    """Lays out the heads of columns: one line, or two where neighbours share a head.

    Args:
        columns: The columns.

    Returns:
        The heads line by line.
    """
    has_groups = any(column.group for column in columns)
    lines: list[list[PageHead]] = [[], []] if has_groups else [[]]
    for index, column in enumerate(columns):
        height = 2 if has_groups and not column.group else 1
        head = PageHead(
            column.head,
            column.kind,
            1,
            height,
            index,
            column.first,
            '' if column.group else column.hint,
        )
        lines[1 if column.group else 0].append(head)
        if column.group and (index == 0 or columns[index - 1].group != column.group):
            span = sum(other.group == column.group for other in columns)
            lines[0].append(PageHead(column.group, 'number', span, hint=column.hint))
    return lines


def _place(column: Column) -> tuple[bool, bool, bool]:
    return not column.is_text, not column.sums_up, column.higher_is_better is None


def _make_column(column: Column, cells: Sequence[Cell]) -> PageColumn:
    return PageColumn(
        head=column.full_name + column.arrow,
        kind='name' if column.is_text else 'number',
        group='',
        first='descending' if column.higher_is_better else 'ascending',
        hint=_HINTS.get(column.name, ''),
        cells=tuple(
            PageCell(cell.text, cell.text.replace(MISSING, ''), cell.spread, cell.is_best)
            for cell in cells
        ),
    )
