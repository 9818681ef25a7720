from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from mmmtl.tasks import Task
from mmmtl.visualization.sheets.canvas import Canvas
from mmmtl.visualization.sheets.keys import draw_key, key_height
from mmmtl.visualization.sheets.painters import Key, Painter, SharedPainters
from mmmtl.visualization.sheets.panel_row import PanelRow
from mmmtl.visualization.sheets.pixels import (
    default_panel_width,
    fit_image,
    fit_map,
    over_image,
    text_size,
)

_MISSING_COLOR = (244, 244, 244)
_RULE_COLOR = (120, 120, 120)


class PanelSheet:
    """The sheet of :func:`~mmmtl.visualization.sheets.panels.draw_panels`, drawn again and again.

    Heads and keys are drawn once. Pictures of the same tasks and sizes, such as the frames of a
    video, then only need their panels.

    Args:
        rows: The rows that decide about sizes, columns and keys.
        tasks: The tasks by name.
        panel_width: Width of a column in pixels. Defaults to None: a multiple of the first image's
            width near 512, or 512 if the image is wider.
        painters: Painters that several pictures share. Defaults to None: those of these rows.
        keys: Keys in place of those of the painters, by task. Defaults to none.
        opacity: How much of the image the colours hide, from 0 to 1. Defaults to 1: all of it.

    Raises:
        ValueError: If there is no row, or an image is not uint8 of shape (H, W, 3).
    """

    def __init__(
        self,
        rows: Sequence[PanelRow],
        tasks: Mapping[str, Task],
        panel_width: int | None = None,
        painters: SharedPainters | None = None,
        keys: Mapping[str, Key] | None = None,
        opacity: float = 1.0,
    ) -> None:
        if not rows:
            raise ValueError('rows: expected at least one row to draw, found none.')
        for row in rows:
            if row.image.dtype != np.uint8 or row.image.ndim != 3 or row.image.shape[2] != 3:
                raise ValueError(
                    'image: expected uint8 of shape (H, W, 3), found '
                    f'{row.image.dtype} of shape {row.image.shape}.'
                )
        self._tasks = tasks
        self._shared = SharedPainters() if painters is None else painters
        self._opacity = opacity
        self._rows = rows
        self._painters = self._make_painters(rows)
        self._groups = [
            _Group(
                tasks[name],
                (keys or {}).get(name, painter.key),
                any(name in row.labels for row in rows),
                any(name in row.predictions for row in rows),
            )
            for name, painter in self._painters.items()
        ]
        width = panel_width or default_panel_width(rows[0].image.shape[1])
        self._layout = _Layout(rows, self._groups, width)
        self._background = self._draw_background()

    def draw(self, rows: Sequence[PanelRow] | None = None) -> np.ndarray:
        """Draws the panels of rows.

        Args:
            rows: As many rows as the sheet was made for. Panels are stretched to its sizes, and
                blank where a row has no map of a task. Defaults to None: the rows that it was
                made for.

        Returns:
            RGB, uint8 of shape (height, width, 3).

        Raises:
            ValueError: If a class id has no colour.
        """
        painters = self._painters if rows is None else self._make_painters(rows)
        layout = self._layout
        picture = self._background.copy()
        top = layout.top
        for row, height in zip(rows or self._rows, layout.row_heights, strict=True):
            image = fit_image(row.image, (height, layout.panel))
            _paste(picture, image, layout.left, top)
            for group, left in zip(self._groups, layout.group_lefts, strict=True):
                panels = group.paint(painters.get(group.task.name), row, image, self._opacity)
                for index, panel in enumerate(panels):
                    _paste(picture, panel, left + index * (layout.panel + layout.gap), top)
            top += height + layout.gap
        return picture

    def _make_painters(self, rows: Sequence[PanelRow]) -> dict[str, Painter]:
        painters = {}
        for name, task in self._tasks.items():
            labels = [row.labels[name] for row in rows if name in row.labels]
            predictions = [row.predictions[name] for row in rows if name in row.predictions]
            if labels or predictions:
                painters[name] = self._shared.painter(task, labels, predictions)
        return painters

    def _draw_background(self) -> np.ndarray:
        """Draws all that is not of a single picture."""
        layout = self._layout
        canvas = Canvas(layout.width, layout.height)
        _draw_heads(canvas, layout, self._groups)
        top = layout.top
        for row, height in zip(self._rows, layout.row_heights, strict=True):
            if row.title:
                size = 0.8 * layout.text
                canvas.write(row.title, layout.left / 2, top + height / 2, size, rotation=90)
            top += height + layout.gap
        for group, left in zip(self._groups, layout.group_lefts, strict=True):
            draw_key(canvas, group.key, left, layout.footer_top, layout.span(group), layout.text)
        return canvas.render()


@dataclass(frozen=True)
class _Group:
    """The columns of one task: its labels, its predictions or both."""

    task: Task
    key: Key
    has_labels: bool
    has_predictions: bool

    @property
    def heads(self) -> list[str]:
        return ['label'] * self.has_labels + ['prediction'] * self.has_predictions

    def paint(
        self, painter: Painter | None, row: PanelRow, image: np.ndarray, opacity: float
    ) -> list[np.ndarray]:
        """Paints the group's columns of one row, blank where the row has no map."""
        if painter is None:
            return [np.full(image.shape, _MISSING_COLOR, dtype=np.uint8) for _ in self.heads]
        columns: list[tuple[Mapping[str, Tensor], Callable[[Tensor], np.ndarray]]] = []
        if self.has_labels:
            columns.append((row.labels, painter.paint_label))
        if self.has_predictions:
            columns.append((row.predictions, painter.paint_prediction))
        return [
            over_image(image, paint(fit_map(maps[self.task.name], image.shape[:2])), opacity)
            if self.task.name in maps
            else np.full(image.shape, _MISSING_COLOR, dtype=np.uint8)
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


def _paste(picture: np.ndarray, panel: np.ndarray, x: int, y: int) -> None:
    picture[y : y + panel.shape[0], x : x + panel.shape[1]] = panel


def _panel_height(row: PanelRow, panel_width: int) -> int:
    maps = [*row.labels.values(), *row.predictions.values()]
    sizes = [one.shape[-2:] for one in maps if one.shape[-2:] != (1, 1)]
    height, width = sizes[0] if sizes else row.image.shape[:2]
    return max(1, round(panel_width * height / width))
