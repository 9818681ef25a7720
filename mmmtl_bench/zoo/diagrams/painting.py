"""Draws the description of an architecture in the common look of all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from mmmtl.visualization.plots.figures import SERIES_COLORS
from mmmtl_bench.zoo.diagrams.parts import Block, Diagram, Link, Mark
from mmmtl_bench.zoo.diagrams.shapes import MapShape, Network
from mmmtl_bench.zoo.diagrams.symbols import (
    INK,
    MARK_RADIUS,
    MARKED,
    SHARED,
    SMALL,
    TEXT,
    draw_arrow,
    draw_cross,
    draw_shared_layer,
    lighten,
)

_LANE = 0.72  # inches
_TALLEST, _LOWEST = 0.52, 0.24
_WIDEST = 0.66  # of a column
_MARGIN = 0.12


class Box(NamedTuple):
    """Where a part stands, in inches."""

    x: float
    y: float
    wide: float
    """Half of its width."""
    high: float
    """Half of its height."""


class Painter:
    """Draws one picture into axes whose unit is an inch.

    Args:
        axes: The axes, empty.
        diagram: The description.
        network: Channels and sizes.
        width: Of the picture in inches. Defaults to 7.
        labels: Whether words, numbers, heads of arrows and small layers are drawn. Defaults to
            True.

    Raises:
        KeyError: If the network has no such module or map.
    """

    height: float
    """Of the picture in inches."""

    def __init__(
        self,
        axes: Axes,
        diagram: Diagram,
        network: Network,
        width: float = 7.0,
        labels: bool = True,
    ) -> None:
        self.axes = axes
        self.diagram = diagram
        self.shapes = network.shapes
        self.labels = labels
        columns = [mark.column for mark in diagram.marks]
        for block in diagram.blocks:
            columns += [block.column, block.column + block.span]
        self.first = min(columns)
        self.pitch = width / (max(columns) - self.first + 1)
        self.colors = dict(zip(diagram.tasks, SERIES_COLORS, strict=False))
        self.boxes = {block.name: self._box_of_block(block) for block in diagram.blocks}
        self.boxes |= {mark.name: self._box_of_mark(mark) for mark in diagram.marks}
        levels = [box.y + side * box.high for box in self.boxes.values() for side in (-1, 1)]
        levels += [link.rail * _LANE for link in diagram.links if link.rail is not None]
        self.low = min(levels) - (0.32 if labels else _MARGIN)
        self.height = max(levels) + _MARGIN - self.low
        axes.set_xlim(0, width)
        axes.set_ylim(self.low, self.low + self.height)
        axes.set_aspect('equal')
        axes.set_axis_off()

    def paint(self) -> None:
        """Draws all of it."""
        for link in self.diagram.links:
            self._link(link)
        for block in self.diagram.blocks:
            self._block(block)
        for mark in self.diagram.marks:
            self._mark(mark)
        if self.labels:
            self._sizes()

    def _x(self, column: float) -> float:
        return (column - self.first + 0.5) * self.pitch

    def _color(self, owner: str | None) -> str:
        return SHARED if owner is None else self.colors[owner]

    def _box_of_block(self, block: Block) -> Box:
        x, y = self._x(block.column + block.span / 2), block.lane * _LANE
        wide, high = _WIDEST * self.pitch, 0.3
        if block.frame:
            return Box(x, y, (0.86 + block.span) * self.pitch / 2, 0.27)
        if block.module is None:
            wide = max(min(wide, 0.5), 0.16 + 0.062 * len(block.text or ''))
        if block.module is not None:
            shape = self.shapes[block.module]
            wide = min(wide, 0.26 + 0.028 * max(0, math.log2(shape.channels) - 5))
            high = max(_LOWEST, _TALLEST - 0.06 * math.log2(shape.stride))
        return Box(x, y, (wide + block.span * self.pitch) / 2, high / 2)

    def _box_of_mark(self, mark: Mark) -> Box:
        x, y = self._x(mark.column), (mark.lane + mark.reach / 2) * _LANE
        if mark.owner is not None:
            return Box(x, y, MARK_RADIUS, MARK_RADIUS)
        return Box(x, y, 0.06, mark.reach * _LANE / 2 + 0.16)

    def _block(self, block: Block) -> None:
        x, y, wide, high = self.boxes[block.name]
        style: dict[str, Any] = dict(
            facecolor=lighten(self._color(block.owner)),
            edgecolor=self._color(block.owner),
            linewidth=1.1 if self.labels else 0.8,
            zorder=3,
        )
        frozen = is_frozen(block, self.shapes)
        if block.frame:
            style.update(zorder=0, linewidth=0.9)
        if frozen:
            style.update(hatch='////')
        if block.module is None and block.owner is None:
            style.update(facecolor='white')
        corner, size = (x - wide, y - high), (2 * wide, 2 * high)
        if block.module is None and block.owner is not None:
            rounded = 'round,pad=0,rounding_size=0.1'
            self.axes.add_patch(FancyBboxPatch(corner, *size, boxstyle=rounded, **style))
        else:
            self.axes.add_patch(Rectangle(corner, *size, **style))
        if block.masked:
            self._cross(x + wide, y + high, self._color(block.owner), 0.8)
        text = block.text
        if text is None and block.module is not None:
            text = str(self.shapes[block.module].channels)
        if text and self.labels:
            around = dict(facecolor='white', edgecolor='none', pad=1.0) if frozen else None
            self._write(x, y, text, TEXT, bbox=around)

    def _mark(self, mark: Mark) -> None:
        x, y, wide, high = self.boxes[mark.name]
        if mark.owner is not None:
            self._cross(x, y, self._color(mark.owner))
            return
        self.axes.add_patch(
            Rectangle(
                (x - wide, y - high),
                2 * wide,
                2 * high,
                facecolor=MARKED,
                edgecolor=INK,
                linewidth=1.1 if self.labels else 0.5,
                zorder=4,
            )
        )

    def _cross(self, x: float, y: float, color: str, scale: float = 1.0) -> None:
        if self.labels:
            draw_cross(self.axes, x, y, color, scale * MARK_RADIUS)
        else:
            self.axes.add_patch(
                Circle(
                    (x, y), 1.4 * scale * MARK_RADIUS, facecolor=MARKED, edgecolor=color, zorder=4
                )
            )

    def _link(self, link: Link) -> None:
        points = self._way(self.boxes[link.source], self.boxes[link.target], link.rail)
        color = self._color(link.owner)
        if len(points) > 2:
            xs, ys = zip(*points[:-1], strict=True)
            width = 0.9 if self.labels else 0.7
            self.axes.plot(xs, ys, color=color, linewidth=width, zorder=1)
        if self.labels:
            draw_arrow(self.axes, points[-2], points[-1], color)
        else:
            xs, ys = zip(*points[-2:], strict=True)
            self.axes.plot(xs, ys, color=color, linewidth=0.7, zorder=2)
        if link.shared and self.labels:
            (x0, y0), (x1, y1) = points[-2:]
            draw_shared_layer(self.axes, (x0 + x1) / 2, (y0 + y1) / 2)

    def _way(self, start: Box, end: Box, rail: float | None) -> list[tuple[float, float]]:
        if rail is not None:
            level = rail * _LANE
            leave = start.y + math.copysign(start.high, level - start.y)
            arrive = end.y + math.copysign(end.high, level - end.y)
            return [(start.x, leave), (start.x, level), (end.x, level), (end.x, arrive)]
        if abs(end.x - start.x) < max(start.wide, end.wide):  # one above the other
            up = math.copysign(1, end.y - start.y)
            x = end.x if start.wide > end.wide else start.x
            return [(x, start.y + up * start.high), (x, end.y - up * end.high)]
        side = math.copysign(1, end.x - start.x)
        y = (_clip(end.y, start), _clip(start.y, end))
        return [(start.x + side * start.wide, y[0]), (end.x - side * end.wide, y[1])]

    def _sizes(self) -> None:
        """Writes the size of the maps below the columns where all are of one size."""
        found: dict[float, set[int]] = {}
        for block in self.diagram.blocks:
            if block.module is not None and not block.span:
                found.setdefault(block.column, set()).add(self.shapes[block.module].stride)
        for column, (stride, *others) in found.items():
            if not others:
                text = '1' if stride == 1 else f'1/{stride}'
                self._write(self._x(column), self.low + 0.12, text, SMALL)

    def _write(self, x: float, y: float, text: str, size: float, **options: Any) -> None:
        self.axes.text(
            x, y, text, fontsize=size, color=INK, ha='center', va='center', zorder=6, **options
        )


def is_frozen(block: Block, shapes: Mapping[str, MapShape]) -> bool:
    """Tells whether what a block stands for is not trained.

    Args:
        block: The block.
        shapes: Of the network's modules.

    Returns:
        What the block says, or else its module.
    """
    if block.frozen is not None:
        return block.frozen
    return block.module is not None and not shapes[block.module].trained


def _clip(y: float, box: Box) -> float:
    """Gives the height at which an arrow meets a part: its middle, but for those of many lanes."""
    return min(max(y, box.y - box.high), box.y + box.high) if box.high > 0.3 else box.y
