"""The page's sections: tables with their figures, and figures about several tables."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from mmmtl.visualization.plots.figures import DPI
from mmmtl_bench.report.figures.types import DrawnFigure
from mmmtl_bench.report.page.table_view import TableView, view_table
from mmmtl_bench.results.result_types import BenchmarkResults
from mmmtl_bench.suite.run_spec import slug

_CSS_PIXELS_PER_INCH = 84
"""A little less than 96, so that two figures of usual width stand side by side."""
_ACROSS = 'Across tables'


@dataclass(frozen=True)
class FigureView:
    """A figure.

    Args:
        title: Its title; may be empty.
        label: What it is, for those who do not see it.
        source: The picture as a ``data:`` address.
        width: Width to show it at, in CSS pixels.
        height: Height to show it at.
    """

    title: str
    label: str
    source: str
    width: int
    height: int


@dataclass(frozen=True)
class GroupView:
    """Figures of one kind.

    Args:
        title: What they show.
        anchor: Where a link to them goes.
        figures: The figures.
        captions: How to read them, each caption once.
    """

    title: str
    anchor: str
    figures: tuple[FigureView, ...]
    captions: tuple[str, ...]


@dataclass(frozen=True)
class SectionView:
    """A section.

    Args:
        title: Its title.
        anchor: Where a link to it goes.
        table: Its table; None for figures about several tables.
        groups: Its figures by kind.
    """

    title: str
    anchor: str
    table: TableView | None
    groups: tuple[GroupView, ...]


def make_sections(
    results: BenchmarkResults, figures: Sequence[DrawnFigure]
) -> tuple[SectionView, ...]:
    """Arranges a report.

    Args:
        results: The benchmark.
        figures: Its figures.

    Returns:
        A section for each table, and one for figures about several tables if there are any.
    """
    sections = [
        SectionView(
            table.title,
            f'table-{index + 1}',
            view_table(table),
            _make_groups(figures, index, f'table-{index + 1}'),
        )
        for index, table in enumerate(results.tables)
    ]
    across = _make_groups(figures, None, 'across')
    if across:
        sections.append(SectionView(_ACROSS, 'across', None, across))
    return tuple(sections)


def _make_groups(
    figures: Sequence[DrawnFigure], table: int | None, anchor: str
) -> tuple[GroupView, ...]:
    own = [drawn for drawn in figures if drawn.figure.table == table]
    groups = []
    for kind in dict.fromkeys(drawn.figure.kind for drawn in own):
        same = [drawn for drawn in own if drawn.figure.kind == kind]
        captions = tuple(dict.fromkeys(drawn.figure.caption for drawn in same))
        views = tuple(_view_figure(drawn) for drawn in same)
        groups.append(GroupView(kind, f'{anchor}-{slug(kind)}', views, captions))
    return tuple(groups)


def _view_figure(drawn: DrawnFigure) -> FigureView:
    with Image.open(drawn.picture) as picture:
        width, height = (round(side * _CSS_PIXELS_PER_INCH / DPI) for side in picture.size)
    encoded = base64.b64encode(drawn.picture.read_bytes()).decode('ascii')
    figure = drawn.figure
    label = f'{figure.kind}: {figure.title}' if figure.title else figure.kind
    return FigureView(figure.title, label, f'data:image/png;base64,{encoded}', width, height)
