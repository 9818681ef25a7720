"""Drawing the keys of a picture sheet: legends and colour bars."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.ticker import MaxNLocator

from mmmtl.visualization.sheets.canvas import Canvas, text_width
from mmmtl.visualization.sheets.painters import ColorBar, Key, Legend

_FRAME_COLOR = (90, 90, 90)


_TICK_ROOM = 1.4
"""Height of the ticks and their numbers below a colour bar, in font sizes."""

_LINE = 1.3
"""Height of a line of a colour bar's label, in font sizes."""


@dataclass(frozen=True)
class _Grid:
    """Where the entries of a legend go, in pixels."""

    columns: tuple[float, ...]
    """Width of each column's entries."""
    rows: int
    gap: float
    """Between two columns."""
    swatch: int
    line: float

    @property
    def width(self) -> float:
        return sum(self.columns) + (len(self.columns) - 1) * self.gap


def key_height(key: Key, width: int, text_size: float) -> int:
    """Says how much room a key needs.

    Args:
        key: The key.
        width: Width that it may take, in pixels.
        text_size: Font size in pixels.

    Returns:
        Height in pixels.
    """
    if isinstance(key, ColorBar):
        lines = len(_label_lines(key, width, text_size))
        lines += not _extra_fits(key, width, text_size)
        return round((1.1 + _TICK_ROOM + _LINE * lines) * text_size)
    grid = _legend_grid(key, width, text_size)
    return math.ceil((grid.rows - 1) * grid.line + grid.swatch) if key.entries else 0


def draw_key(canvas: Canvas, key: Key, x: int, y: int, width: int, text_size: float) -> None:
    """Draws a key.

    Args:
        canvas: Where to draw.
        key: The key.
        x: Left edge in pixels.
        y: Upper edge in pixels.
        width: Width that it may take, in pixels.
        text_size: Font size in pixels.
    """
    if isinstance(key, ColorBar):
        _draw_color_bar(canvas, key, x, y, width, text_size)
    else:
        _draw_legend(canvas, key, x, y, width, text_size)


def _legend_grid(key: Legend, width: int, text_size: float) -> _Grid:
    """Sets a legend in as few rows as fit, each column as wide as its widest entry."""
    swatch, gap = round(text_size), 1.2 * text_size
    widths = [swatch + 0.4 * text_size + text_width(name, text_size) for name, _ in key.entries]
    for rows in range(1, len(widths) + 1):
        count = math.ceil(len(widths) / rows)
        columns = tuple(max(widths[column::count]) for column in range(count))
        if sum(columns) + (count - 1) * gap <= width:
            break
    else:  # each entry in a row of its own, though it be too wide
        rows, columns = len(widths), (max(widths, default=0.0),)
    return _Grid(columns, rows, gap, swatch, 1.5 * text_size)


def _draw_legend(canvas: Canvas, key: Legend, x: int, y: int, width: int, text_size: float) -> None:
    grid = _legend_grid(key, width, text_size)
    lefts = [x + max(0.0, (width - grid.width) / 2)]
    for column_width in grid.columns[:-1]:
        lefts.append(lefts[-1] + column_width + grid.gap)
    for index, (name, swatch) in enumerate(key.entries):
        row, column = divmod(index, len(grid.columns))
        entry_x, entry_y = round(lefts[column]), round(y + row * grid.line)
        _paste_swatch(canvas, swatch, entry_x, entry_y, grid.swatch)
        canvas.write(
            name,
            entry_x + grid.swatch + 0.4 * text_size,
            entry_y + grid.swatch / 2,
            text_size,
            align='left',
        )


def _paste_swatch(canvas: Canvas, swatch: np.ndarray, x: int, y: int, size: int) -> None:
    repeats = -(-size // min(swatch.shape[:2]))
    frame = max(1, size // 20)
    canvas.fill(_FRAME_COLOR, x, y, size, size)
    inner = np.tile(swatch, (repeats, repeats, 1))[: size - 2 * frame, : size - 2 * frame]
    canvas.paste(inner, x + frame, y + frame)


def _draw_color_bar(
    canvas: Canvas, key: ColorBar, x: int, y: int, width: int, text_size: float
) -> None:
    frame = max(1, round(text_size / 20))
    bar_width, bar_height = _bar_width(width), round(text_size)
    left = x + (width - bar_width) // 2
    low, high = key.value_range
    colors = matplotlib.colormaps[key.colormap](np.linspace(0, 1, bar_width), bytes=True)[:, :3]
    canvas.fill(_FRAME_COLOR, left - frame, y, bar_width + 2 * frame, bar_height + 2 * frame)
    canvas.paste(np.tile(colors[None], (bar_height, 1, 1)), left, y + frame)

    most = min(max(2, int(bar_width / (3.2 * text_size))), 5)
    locator = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10])
    ticks = [float(tick) for tick in locator.tick_values(low, high) if low <= tick <= high]
    below = y + bar_height + 2 * frame
    for tick, text in zip(ticks, _tick_texts(ticks), strict=True):
        position = left + (tick - low) / (high - low) * (bar_width - 1)
        mark = round(0.25 * text_size)
        canvas.fill(_FRAME_COLOR, round(position - frame / 2), below, frame, mark)
        canvas.write(text, position, below + mark + 0.6 * text_size, 0.85 * text_size)
    lines = _label_lines(key, width, text_size)
    line = below + (_TICK_ROOM + 0.5 * _LINE) * text_size
    for number, text in enumerate(lines):
        place = line + number * _LINE * text_size
        if key.extra.entries:
            canvas.write(text, left, place, text_size, align='left')
        else:
            canvas.write(text, x + width / 2, place, text_size)
    if key.extra.entries:
        _draw_extra(canvas, key, left, line, width, text_size)


def _draw_extra(
    canvas: Canvas, key: ColorBar, left: int, line: float, width: int, text_size: float
) -> None:
    """Draws colours beside the bar at its right end, or in a line of their own at its left end."""
    count = len(_label_lines(key, width, text_size))
    extra_width = round(_extra_width(key, text_size))
    if _extra_fits(key, width, text_size):
        left += _bar_width(width) - extra_width
        count -= 1
    top = line + (count * _LINE - 0.5) * text_size
    _draw_legend(canvas, key.extra, left, round(top), extra_width, text_size)


def _bar_width(width: int) -> int:
    return round(0.8 * width)


def _extra_width(key: ColorBar, text_size: float) -> float:
    widths = [1.4 * text_size + text_width(name, text_size) for name, _ in key.extra.entries]
    return sum(widths) + 1.2 * text_size * max(0, len(widths) - 1) + 2


def _extra_fits(key: ColorBar, width: int, text_size: float) -> bool:
    """Tells whether the last line of the bar's label has room for the extra colours."""
    label = _label_lines(key, width, text_size)[-1]
    needed = text_width(label, text_size) + text_size + _extra_width(key, text_size)
    return not key.extra.entries or needed <= _bar_width(width)


def _label_lines(key: ColorBar, width: int, text_size: float) -> list[str]:
    """Breaks a bar's label into lines that fit; a unit stays in one piece."""
    room = _bar_width(width) if key.extra.entries else width
    lines = ['']
    for word in re.findall(r'\[.*?\]|\S+', key.label):
        longer = f'{lines[-1]} {word}'.lstrip()
        if text_width(longer, text_size) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _tick_texts(ticks: list[float]) -> list[str]:
    """Writes ticks with as many decimals as they need, tiny and huge ones as powers of ten."""
    largest = max((abs(tick) for tick in ticks), default=0.0)
    if largest and not 1e-3 <= largest < 1e5:
        return [f'{tick:.3g}' for tick in ticks]
    decimals = next(
        count for count in range(10) if all(abs(tick - round(tick, count)) < 1e-9 for tick in ticks)
    )
    return [f'{tick:.{decimals}f}' for tick in ticks]
