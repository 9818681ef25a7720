"""Picture sheets: image, label and prediction of every task side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from mmmtl.tasks import Task, tasks_in
from mmmtl.visualization.sheets.canvas import Canvas
from mmmtl.visualization.sheets.keys import draw_key, key_height
from mmmtl.visualization.sheets.painters import Key, Painter, make_painter
from mmmtl.visualization.sheets.panel_row import PanelRow
from mmmtl.visualization.sheets.pixels import (
    default_panel_width,
    fit_image,
    fit_map,
    over_image,
    picture_format,
    save_picture,
    text_size,
)

_MISSING_COLOR = (244, 244, 244)
_RULE_COLOR = (120, 120, 120)


def draw_panels(
    rows: Sequence[PanelRow],
    metainfo: Mapping[str, Any] | None = None,
    out_file: str | Path | None = None,
    panel_width: int | None = None,
) -> np.ndarray:
    """Draws a sheet with a line per image and, after the image, the columns of each task.

    A task has a column for its labels and one for its predictions where any line has them, and one
    key below for both: a legend of the classes in the picture, a colour bar with the unit, or a
    legend of the directions. Maps are shown without interpolation; the class of the whole image is
    written on it.

    Args:
        rows: The lines.
        metainfo: Metadata of the data set, which tells of the tasks
            (:func:`mmmtl.tasks.tasks_in`). Defaults to None: plain numbers, colours of our own and
            no unit.
        out_file: Picture to write, in the format of its suffix. Defaults to None: no file.
        panel_width: Width of a column in pixels. Defaults to None: a multiple of the first image's
            width near 512, or 512 if the image is wider.

    Returns:
        RGB, uint8 of shape (height, width, 3).

    Raises:
        ValueError: If there is no line, an image is not uint8 of shape (H, W, 3), a class id has no
            colour or the suffix of the file is not that of a picture.
    """
    if not rows:
        raise ValueError('rows: expected at least one line to draw, found none.')
    for row in rows:
        if row.image.dtype != np.uint8 or row.image.ndim != 3 or row.image.shape[2] != 3:
            raise ValueError(
                'image: expected uint8 of shape (H, W, 3), found '
                f'{row.image.dtype} of shape {row.image.shape}.'
            )
    if out_file is not None:
        picture_format(out_file)  # an error now, not after the drawing
    groups = _make_groups(rows, metainfo or {})
    layout = _Layout(rows, groups, panel_width or default_panel_width(rows[0].image.shape[1]))
    canvas = Canvas(layout.width, layout.height)
    _draw_heads(canvas, layout, groups)
    _draw_rows(canvas, layout, groups, rows)
    for group, left in zip(groups, layout.group_lefts, strict=True):
        draw_key(canvas, group.key, left, layout.footer_top, layout.span(group), layout.text)
    picture = canvas.render()
    if out_file is not None:
        save_picture(picture, out_file)
    return picture


@dataclass(frozen=True)
class _Group:
    """The columns of one task: its labels, its predictions or both."""

    task: Task
    painter: Painter
    key: Key
    has_labels: bool
    has_predictions: bool

    @property
    def heads(self) -> list[str]:
        return ['label'] * self.has_labels + ['prediction'] * self.has_predictions

    def paint(self, row: PanelRow, shape: tuple[int, int]) -> list[np.ndarray]:
        """Paints the group's columns of one line, blank where the line has no map."""
        columns: list[tuple[Mapping[str, Tensor], Callable[[Tensor], np.ndarray]]] = []
        if self.has_labels:
            columns.append((row.labels, self.painter.paint_label))
        if self.has_predictions:
            columns.append((row.predictions, self.painter.paint_prediction))
        image = fit_image(row.image, shape)
        return [
            over_image(image, paint(fit_map(maps[self.task.name], shape)))
            if self.task.name in maps
            else np.full((*shape, 3), _MISSING_COLOR, dtype=np.uint8)
            for maps, paint in columns
        ]


class _Layout:
    """Where everything goes, in pixels; all lengths are in proportion to the panels' width."""

    def __init__(self, rows: Sequence[PanelRow], groups: Sequence[_Group], panel: int) -> None:
        self.panel = panel
        self.text = text_size(panel, 1 + sum(len(group.heads) for group in groups))
        self.gap = round(0.02 * panel)
        group_gap, margin = round(0.06 * panel), round(0.03 * panel)
        has_titles = any(row.title for row in rows)

        self.left = margin + (round(1.6 * self.text) if has_titles else 0)
        self.group_lefts = []
        right = self.left + panel
        for group in groups:
            self.group_lefts.append(right + group_gap)
            right += group_gap + self.span(group)
        self.width = right + margin

        self.row_heights = [_panel_height(row, panel) for row in rows]
        self.top = margin + (round(3.4 * self.text) if groups else 0)
        bottom = self.top + sum(self.row_heights) + (len(rows) - 1) * self.gap
        self.footer_top = bottom + margin
        footers = [key_height(group.key, self.span(group), self.text) for group in groups]
        self.height = bottom + margin + (max(footers) + margin if footers else 0)

    def span(self, group: _Group) -> int:
        """Width of a group."""
        return len(group.heads) * (self.panel + self.gap) - self.gap


def _make_groups(rows: Sequence[PanelRow], metainfo: Mapping[str, Any]) -> list[_Group]:
    groups = []
    for task in tasks_in(metainfo).values():
        labels = [row.labels[task.name] for row in rows if task.name in row.labels]
        predictions = [row.predictions[task.name] for row in rows if task.name in row.predictions]
        if labels or predictions:
            painter = make_painter(task, labels, predictions)
            groups.append(_Group(task, painter, painter.key, bool(labels), bool(predictions)))
    return groups


def _draw_heads(canvas: Canvas, layout: _Layout, groups: Sequence[_Group]) -> None:
    """Writes each task's name over a rule over the names of its columns."""
    if not groups:
        return
    line = round(layout.top - 0.8 * layout.text)
    canvas.write('image', layout.left + layout.panel / 2, line, layout.text)
    for group, left in zip(groups, layout.group_lefts, strict=True):
        span = layout.span(group)
        name_line, rule_line = line - 1.7 * layout.text, round(line - 0.85 * layout.text)
        canvas.write(group.task.name, left + span / 2, name_line, 1.1 * layout.text, bold=True)
        canvas.fill(_RULE_COLOR, left, rule_line, span, max(1, layout.panel // 256))
        for index, head in enumerate(group.heads):
            middle = left + index * (layout.panel + layout.gap) + layout.panel / 2
            canvas.write(head, middle, line, layout.text)


def _draw_rows(
    canvas: Canvas, layout: _Layout, groups: Sequence[_Group], rows: Sequence[PanelRow]
) -> None:
    top = layout.top
    for row, height in zip(rows, layout.row_heights, strict=True):
        shape = (height, layout.panel)
        if row.title:
            size = 0.8 * layout.text
            canvas.write(row.title, layout.left / 2, top + height / 2, size, rotation=90)
        canvas.paste(fit_image(row.image, shape), layout.left, top)
        for group, left in zip(groups, layout.group_lefts, strict=True):
            for index, panel in enumerate(group.paint(row, shape)):
                canvas.paste(panel, left + index * (layout.panel + layout.gap), top)
        top += height + layout.gap


def _panel_height(row: PanelRow, panel_width: int) -> int:
    maps = [*row.labels.values(), *row.predictions.values()]
    sizes = [one.shape[-2:] for one in maps if one.shape[-2:] != (1, 1)]
    height, width = sizes[0] if sizes else row.image.shape[:2]
    return max(1, round(panel_width * height / width))
