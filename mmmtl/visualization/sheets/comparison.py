"""Picture sheets that compare models: image, label and each model's prediction, task by task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from mmmtl.tasks import Task, tasks_in
from mmmtl.visualization.sheets.canvas import Canvas
from mmmtl.visualization.sheets.keys import draw_key, key_height
from mmmtl.visualization.sheets.painters import (
    ErrorPainter,
    Key,
    Painter,
    make_error_painter,
    make_painter,
)
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


@dataclass(frozen=True)
class ComparisonRow:
    """One image of a comparison.

    Args:
        image: RGB, uint8 of shape (H, W, 3).
        labels: Label (C, H, W) by name of the task. Defaults to none.
        predictions: Predictions (C, H, W) by name of the model and of the task. Defaults to none.
    """

    image: np.ndarray
    labels: Mapping[str, Tensor] = field(default_factory=dict)
    predictions: Mapping[str, Mapping[str, Tensor]] = field(default_factory=dict)


def draw_comparison(
    rows: Sequence[ComparisonRow],
    metainfo: Mapping[str, Any] | None = None,
    out_file: str | Path | None = None,
    errors: bool = False,
    panel_width: int | None = None,
) -> np.ndarray:
    """Draws a block for each task, with a row for each image that has a label or prediction of it.

    A row has the image, the label and each model's prediction; with ``errors`` also a map of each
    model's error. Below a block are the keys. What a model or an image lacks is blank. Maps are
    shown without interpolation. Depths and errors have one range for all images and models.

    Args:
        rows: The images.
        metainfo: Metadata of the data set, which tells of the tasks
            (:func:`mmmtl.tasks.tasks_in`). Defaults to none.
        out_file: Picture to write, in the format of its suffix. Defaults to None: no file.
        errors: Whether to draw error maps. Defaults to False.
        panel_width: Width of a column in pixels. Defaults to None: a multiple of the first image's
            width near 512, or 512 if the image is wider.

    Returns:
        RGB, uint8 of shape (height, width, 3).

    Raises:
        ValueError: If there is no image or no prediction, or the suffix of the file is not that of
            a picture.
    """
    if out_file is not None:
        picture_format(out_file)  # an error now, not after the drawing
    models = list(dict.fromkeys(name for row in rows for name in row.predictions))
    blocks = [
        block
        for task in tasks_in(metainfo).values()
        if (block := _make_block(task, rows, models, errors)) is not None
    ]
    if not blocks:
        raise ValueError('rows: expected images with predictions, found none.')
    panel = panel_width or default_panel_width(rows[0].image.shape[1])
    layout = _Layout(blocks, panel)
    canvas = Canvas(layout.width, layout.height)
    for block, top in zip(blocks, layout.block_tops, strict=True):
        _draw_block(canvas, layout, block, top)
    picture = canvas.render()
    if out_file is not None:
        save_picture(picture, out_file)
    return picture


@dataclass(frozen=True)
class _Block:
    """The part of a sheet about one task."""

    task: Task
    rows: list[ComparisonRow]
    models: list[str]
    painter: Painter
    error_painter: ErrorPainter | None
    has_labels: bool

    @property
    def heads(self) -> list[str]:
        heads = ['image'] + ['label'] * self.has_labels + self.models
        return heads + [f'{model}, error' for model in self.models if self.error_painter]

    @property
    def keys(self) -> list[tuple[Key, int, int]]:
        """Keys with the first column below which they stand and the number of these columns."""
        values = self.has_labels + len(self.models)
        keys: list[tuple[Key, int, int]] = [(self.painter.key, 1, values)]
        if self.error_painter is not None:
            keys.append((self.error_painter.key, 1 + values, len(self.models)))
        return keys

    def paint(self, row: ComparisonRow, shape: tuple[int, int]) -> list[np.ndarray]:
        """Paints the panels of one row."""
        name = self.task.name
        label = row.labels.get(name)
        predictions = [row.predictions.get(model, {}).get(name) for model in self.models]
        image = fit_image(row.image, shape)
        paint_label, paint_prediction = self.painter.paint_label, self.painter.paint_prediction
        columns: list[tuple[Any, Any]] = [(label, paint_label)] if self.has_labels else []
        columns += [(prediction, paint_prediction) for prediction in predictions]
        panels = [image] + [
            _blank(shape) if values is None else over_image(image, paint(fit_map(values, shape)))
            for values, paint in columns
        ]
        if self.error_painter is not None:
            panels += [
                _blank(shape)
                if p is None or label is None
                else self.error_painter.paint(fit_map(label, shape), fit_map(p, shape))
                for p in predictions
            ]
        return panels


class _Layout:
    """Where everything goes, in pixels; all lengths are in proportion to the panels' width."""

    def __init__(self, blocks: Sequence[_Block], panel: int) -> None:
        self.panel = panel
        columns = max(len(block.heads) for block in blocks)
        self.text = text_size(panel, columns)
        self.gap = round(0.02 * panel)
        self.margin = round(0.03 * panel)
        self.head = round(3.4 * self.text)
        self.width = 2 * self.margin + self.span(columns)
        self.block_tops = []
        top = self.margin
        for block in blocks:
            self.block_tops.append(top)
            keys = [key_height(key, self.span(count), self.text) for key, _, count in block.keys]
            heights = [self.row_height(row) + self.gap for row in block.rows]
            top += (
                self.head
                + sum(heights)
                - self.gap
                + self.margin
                + max(keys)
                + round(1.5 * self.text)
            )
        self.height = top - round(1.5 * self.text) + self.margin

    def row_height(self, row: ComparisonRow) -> int:
        """Height of a row."""
        return max(1, round(self.panel * row.image.shape[0] / row.image.shape[1]))

    def span(self, columns: int) -> int:
        """Width of some columns."""
        return columns * (self.panel + self.gap) - self.gap

    def left(self, column: int) -> int:
        """Left edge of a column."""
        return self.margin + column * (self.panel + self.gap)


def _make_block(
    task: Task,
    rows: Sequence[ComparisonRow],
    models: Sequence[str],
    errors: bool,
) -> _Block | None:
    """Makes the block of a task, if any model predicts it."""
    own = [m for m in models if any(task.name in row.predictions.get(m, {}) for row in rows)]
    if not own:
        return None
    rows = [
        row
        for row in rows
        if any(task.name in maps for maps in (row.labels, *row.predictions.values()))
    ]
    labels = [row.labels[task.name] for row in rows if task.name in row.labels]
    maps = [
        (row.labels.get(task.name), maps[task.name])
        for row in rows
        for maps in row.predictions.values()
        if task.name in maps
    ]
    pairs = [(label, prediction) for label, prediction in maps if label is not None]
    painter = make_painter(task, labels, [prediction for _, prediction in maps])
    error_painter = make_error_painter(task, pairs) if errors and pairs else None
    return _Block(task, rows, own, painter, error_painter, bool(labels))


def _draw_block(canvas: Canvas, layout: _Layout, block: _Block, top: int) -> None:
    line = top + layout.head - 0.8 * layout.text
    span = layout.span(len(block.heads))
    name_line, rule_line = line - 1.7 * layout.text, round(line - 0.85 * layout.text)
    canvas.write(block.task.name, layout.margin, name_line, 1.1 * layout.text, 'left', bold=True)
    canvas.fill(_RULE_COLOR, layout.margin, rule_line, span, max(1, layout.panel // 256))
    for column, head in enumerate(block.heads):
        canvas.write(head, layout.left(column) + layout.panel / 2, line, layout.text)
    y = top + layout.head
    for row in block.rows:
        height = layout.row_height(row)
        for column, panel in enumerate(block.paint(row, (height, layout.panel))):
            canvas.paste(panel, layout.left(column), y)
        y += height + layout.gap
    y += layout.margin - layout.gap
    for key, column, count in block.keys:
        draw_key(canvas, key, layout.left(column), y, layout.span(count), layout.text)


def _blank(shape: tuple[int, int]) -> np.ndarray:
    return np.full((*shape, 3), _MISSING_COLOR, dtype=np.uint8)
