"""A table of results as columns and cells of text, for every format it is written in."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mmmtl.evaluation.directions import higher_is_better
from mmmtl.evaluation.number_format import MISSING, best_of, column_decimals
from mmmtl.evaluation.relative_gain import GAINS, relative_gains
from mmmtl.evaluation.table_metrics import table_metrics, tasks_of
from mmmtl_bench.results.published import PublishedRow
from mmmtl_bench.results.result_types import ResultRow, ResultTable, Value

AS_PUBLISHED = 'as published'
"""What stands for the architecture in the line of published figures below ours."""

_GIGA = 1e9
_KILO = 1e3
_GAIN = 'gain'


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Args:
        name: What its head says.
        group: What its head and those beside it have in common: the task of a metric; empty if
            nothing.
        higher_is_better: Whether more is better; None for columns without a best value.
    """

    name: str
    group: str
    higher_is_better: bool | None

    @property
    def is_text(self) -> bool:
        """bool: Whether it has names rather than numbers."""
        return self in _NAMES

    @property
    def sums_up(self) -> bool:
        """bool: Whether it sums up a line: a gain, or the mean rank."""
        return self.group == _GAIN or self == _MEAN_RANK

    @property
    def full_name(self) -> str:
        """str: Its name with that of its task, for tables without heads of groups."""
        return f'{self.group}/{self.name}' if self.group not in ('', _GAIN) else self.name

    @property
    def arrow(self) -> str:
        """str: What stands after its name: an arrow to where the better values are."""
        return '' if self.higher_is_better is None else ' ↑' if self.higher_is_better else ' ↓'


@dataclass(frozen=True)
class ColumnGroup:
    """Columns beside each other that have a head in common, or none.

    Args:
        name: What the head says; empty if there is none.
        first: Number of the first column, from 1.
        last: Number of the last column.
    """

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Args:
        text: Its text.
        spread: The standard deviation's text; empty if there is none.
        is_best: Whether it is, as printed, the best of our own in its column.
    """

    text: str
    spread: str = ''
    is_best: bool = False


@dataclass(frozen=True)
class GridLine:
    """A line of a table.

    Args:
        cells: A cell for each column.
        is_published: Whether it has the published figures of the line above.
    """

    cells: tuple[Cell, ...]
    is_published: bool = False


@dataclass(frozen=True)
class TableGrid:
    """A table as columns and cells of text.

    Args:
        columns: The columns.
        lines: The lines, one with published figures below each of ours that has any.
    """

    columns: tuple[Column, ...]
    lines: tuple[GridLine, ...]

    @property
    def groups(self) -> list[ColumnGroup]:
        """list: The columns in groups."""
        numbered = itertools.groupby(enumerate(self.columns, 1), lambda pair: pair[1].group)
        found = [(name, [number for number, _ in members]) for name, members in numbered]
        return [ColumnGroup(name, numbers[0], numbers[-1]) for name, numbers in found]


@dataclass(frozen=True)
class _Numbers:
    """A column of numbers and where they are found.

    Args:
        column: The column.
        own: Gives our number.
        published: Gives the text of the published number; empty if there is none.
        decimals: Decimals of our numbers. Defaults to None: four significant digits of the largest.
        sign: What stands before a positive number: ``'+'`` or ``''``.
    """

    column: Column
    own: Callable[[ResultRow], Value | None]
    published: Callable[[PublishedRow], str]
    decimals: int | None = None
    sign: str = ''


_ARCHITECTURE = Column('architecture', '', None)
_WEIGHTING = Column('weighting', '', None)
_NAMES = (_ARCHITECTURE, _WEIGHTING)
_MEAN_RANK = Column('MR', '', False)


def make_grid(table: ResultTable) -> TableGrid:
    """Lays a table out.

    The numbers of a column have equally many decimals, so that the largest has four significant
    digits; values that look equal are equally best. Published figures stand as they were printed;
    the gains beside them are computed from them, against the published line of the baseline.

    Args:
        table: The table.

    Returns:
        Columns for architecture, weighting, #P, where weights are frozen the parameters that are
        trained and those that are frozen, FLOPs, the metrics, the gains and the mean rank, as
        far as the table has them.
    """
    numbers = [*_sizes(table), *_metrics(table), *_gains(table), *_ranks(table)]
    columns = [_number_column(one, table) for one in numbers]
    published = [_published_column(one, table) for one in numbers]
    has_weighting = any(row.weighting is not None for row in table.rows)
    lines = []
    for index, row in enumerate(table.rows):
        names = [Cell(row.architecture)]
        if has_weighting:
            names.append(Cell(row.weighting or MISSING))
        lines.append(GridLine((*names, *(column[index] for column in columns))))
        if row.published is not None:
            names = [Cell(AS_PUBLISHED), Cell('')][: len(names)]
            lines.append(GridLine((*names, *(column[index] for column in published)), True))
    heads = (_ARCHITECTURE, _WEIGHTING) if has_weighting else (_ARCHITECTURE,)
    return TableGrid((*heads, *(one.column for one in numbers)), tuple(lines))


def _sizes(table: ResultTable) -> Iterator[_Numbers]:
    if any(row.params_ratio is not None for row in table.rows):
        yield _Numbers(
            Column('#P', '', None),
            lambda row: _single(row.params_ratio),
            lambda published: published.printed['params_ratio'],
            decimals=2,
        )
    if any(row.has_frozen for row in table.rows):
        yield _Numbers(
            Column('trained K', '', None),
            lambda row: _single(None if row.num_trained is None else row.num_trained / _KILO),
            lambda published: '',
            decimals=1,
        )
        yield _Numbers(
            Column('frozen K', '', None),
            lambda row: _single(_frozen(row)),
            lambda published: '',
            decimals=1,
        )
    if any(row.flops is not None for row in table.rows):
        yield _Numbers(
            Column('GFLOPs', '', None),
            lambda row: _single(None if row.flops is None else row.flops / _GIGA),
            lambda published: '',
        )


def _frozen(row: ResultRow) -> float | None:
    if row.num_params is None or row.num_trained is None:
        return None
    return (row.num_params - row.num_trained) / _KILO


def _metrics(table: ResultTable) -> Iterator[_Numbers]:
    for key in table.metrics:
        task, _, name = key.rpartition('/')
        yield _Numbers(
            Column(name, task, higher_is_better(key)),
            lambda row, key=key: row.metrics.get(key),  # type: ignore[misc]
            lambda published, key=key: published.printed.get(key, ''),  # type: ignore[misc]
        )


def _gains(table: ResultTable) -> Iterator[_Numbers]:
    base = next(
        (row.published for row in table.rows if _is_baseline(row, table) and row.published), None
    )
    for name, gain in GAINS.items():
        if any(name in row.gains for row in table.rows):
            yield _Numbers(
                Column(gain.label, _GAIN, gain.higher_is_better),
                lambda row, name=name: row.gains.get(name),  # type: ignore[misc]
                lambda published, name=name: _published_gain(published, base, table, name),  # type: ignore[misc]
                decimals=2,
                sign='+',
            )


def _ranks(table: ResultTable) -> Iterator[_Numbers]:
    if any(row.mean_rank is not None for row in table.rows):
        yield _Numbers(
            _MEAN_RANK,
            lambda row: _single(row.mean_rank),
            lambda published: '',
            decimals=2,
        )


def _number_column(numbers: _Numbers, table: ResultTable) -> list[Cell]:
    values = [numbers.own(row) for row in table.rows]
    means = [value.mean for value in values if value is not None]
    decimals = column_decimals(means) if numbers.decimals is None else numbers.decimals
    best = best_of(means, numbers.column.higher_is_better)
    best_text = '' if best is None else f'{best:{numbers.sign}.{decimals}f}'
    cells = []
    for value in values:
        if value is None or math.isnan(value.mean):
            cells.append(Cell(MISSING))
            continue
        text = f'{value.mean:{numbers.sign}.{decimals}f}'
        spread = '' if value.std is None else f'{value.std:.{decimals}f}'
        cells.append(Cell(text, spread, text == best_text))
    return cells


def _published_column(numbers: _Numbers, table: ResultTable) -> list[Cell]:
    return [Cell(numbers.published(row.published) if row.published else '') for row in table.rows]


def _published_gain(
    published: PublishedRow, base: PublishedRow | None, table: ResultTable, name: str
) -> str:
    if base is None or published == base:
        return ''
    needed = set(table.counted or table_metrics(tasks_of(base.metrics, table.tasks), table.tasks))
    if not needed or not needed <= set(published.metrics) & set(base.metrics):
        return ''
    gains = relative_gains(published.metrics, base.metrics, table.tasks, table.counted)
    return f'{gains[name]:+.2f}'


def _is_baseline(row: ResultRow, table: ResultTable) -> bool:
    return (row.architecture, row.weighting) == (table.baseline, None)


def _single(number: float | None) -> Value | None:
    return None if number is None else Value(number, None, 1)
