"""Drawing the keys of a picture sheet: legends and colour bars."""

from __future__ import annotations

import math
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.ticker import MaxNLocator

from mmmtl.visualization.canvas import Canvas, text_width
from mmmtl.visualization.painters import ColorBar, Legend

_FRAME_COLOR = (90, 90, 90)


@dataclass(frozen=True)
class _Grid:
    """Where the entries of a legend go, in pixels."""

    columns: int
    rows: int
    column_width: float
    swatch: int
    line: float


def key_height(key: Legend | ColorBar, width: int, text_size: float) -> int:
    """Says how much room a key needs.

    Args:
        key: The key.
        width: Width that it may take, in pixels.
        text_size: Font size in pixels.

    Returns:
        Height in pixels.
    """
    if isinstance(key, ColorBar):
        lines = 0 if _extra_fits(key, width, text_size) else 1.5
        return round((3.6 + lines) * text_size)
    grid = _legend_grid(key, width, text_size)
    return math.ceil((grid.rows - 1) * grid.line + grid.swatch)


def draw_key(
    canvas: Canvas, key: Legend | ColorBar, x: int, y: int, width: int, text_size: float
) -> None:
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
    swatch = round(text_size)
    widest = max((text_width(name, text_size) for name, _ in key.entries), default=0.0)
    entry = swatch + 0.4 * text_size + widest + 0.9 * text_size
    columns = max(1, min(int((width + 0.9 * text_size) / entry), len(key.entries)))
    rows = math.ceil(len(key.entries) / columns)
    return _Grid(math.ceil(len(key.entries) / max(rows, 1)), rows, entry, swatch, 1.5 * text_size)


def _draw_legend(canvas: Canvas, key: Legend, x: int, y: int, width: int, text_size: float) -> None:
    grid = _legend_grid(key, width, text_size)
    used = grid.columns * grid.column_width - 0.9 * text_size
    left = x + max(0.0, (width - used) / 2)
    for index, (name, swatch) in enumerate(key.entries):
        row, column = divmod(index, grid.columns)
        entry_x = round(left + column * grid.column_width)
        entry_y = round(y + row * grid.line)
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

    locator = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10])
    ticks = [float(tick) for tick in locator.tick_values(low, high) if low <= tick <= high]
    below = y + bar_height + 2 * frame
    for tick, text in zip(ticks, _tick_texts(ticks), strict=True):
        position = left + (tick - low) / (high - low) * (bar_width - 1)
        mark = round(0.25 * text_size)
        canvas.fill(_FRAME_COLOR, round(position - frame / 2), below, frame, mark)
        canvas.write(text, position, below + mark + 0.6 * text_size, 0.85 * text_size)
    line = below + 1.9 * text_size
    if not key.extra.entries:
        canvas.write(key.label, x + width / 2, line, text_size)
        return
    canvas.write(key.label, left, line, text_size, align='left')
    extra_width = round(_extra_width(key, text_size))
    extra_top = line - 0.5 * text_size
    if not _extra_fits(key, width, text_size):
        extra_top += 1.5 * text_size
    _draw_legend(
        canvas, key.extra, left + bar_width - extra_width, round(extra_top), extra_width, text_size
    )


def _bar_width(width: int) -> int:
    return round(0.8 * width)


def _extra_width(key: ColorBar, text_size: float) -> float:
    return sum(1.4 * text_size + text_width(name, text_size) for name, _ in key.extra.entries)


def _extra_fits(key: ColorBar, width: int, text_size: float) -> bool:
    """Tells whether the bar's label and the extra colours fit in one line."""
    needed = text_width(key.label, text_size) + text_size + _extra_width(key, text_size)
    return not key.extra.entries or needed <= _bar_width(width)


def _tick_texts(ticks: list[float]) -> list[str]:
    """Writes ticks with as many decimals as they need, tiny and huge ones as powers of ten."""
    largest = max((abs(tick) for tick in ticks), default=0.0)
    if largest and not 1e-3 <= largest < 1e5:
        return [f'{tick:.3g}' for tick in ticks]
    decimals = next(
        count for count in range(10) if all(abs(tick - round(tick, count)) < 1e-9 for tick in ticks)
    )
    return [f'{tick:.{decimals}f}' for tick in ticks]
