"""Colours, sizes of words and small symbols that pictures and their legends share."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

SHARED = '#5d6470'
"""Colour of what tasks share."""
MARKED = '#f0e442'
"""Colour of marks, of the same set as those of the tasks."""
INK = '#1a1a1a'
"""Colour of words."""
TEXT, SMALL = 7.5, 6.5
"""Sizes of words, in points."""

MARK_RADIUS = 0.085
"""Of a mark of attention, in inches."""


def draw_arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], color: str
) -> None:
    """Draws a straight arrow.

    Args:
        axes: Where to draw.
        start: Its start.
        end: Its end.
        color: Its colour.
    """
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle='-|>,head_width=1.6,head_length=3.2',
            mutation_scale=1,
            shrinkA=0,
            shrinkB=0,
            color=color,
            linewidth=0.9,
            zorder=2,
        )
    )


def draw_cross(axes: Axes, x: float, y: float, color: str, radius: float = MARK_RADIUS) -> None:
    """Draws the mark of attention, a cross in a circle.

    Args:
        axes: Where to draw.
        x: Its middle.
        y: Its middle.
        color: That of the task.
        radius: Of the circle. Defaults to that of the marks.
    """
    axes.add_patch(
        Circle((x, y), radius, facecolor=MARKED, edgecolor=color, linewidth=1.3, zorder=4)
    )
    arm = 0.45 * radius
    for up in (-1, 1):
        axes.plot(
            [x - arm, x + arm], [y - up * arm, y + up * arm], color=INK, linewidth=0.9, zorder=5
        )


def draw_shared_layer(axes: Axes, x: float, y: float) -> None:
    """Draws a small layer that tasks share, on the way of a task's features.

    Args:
        axes: Where to draw.
        x: Its middle.
        y: Its middle.
    """
    half = 0.06
    axes.add_patch(
        Rectangle(
            (x - half, y - half),
            2 * half,
            2 * half,
            facecolor=lighten(SHARED),
            edgecolor=SHARED,
            linewidth=0.9,
            zorder=4,
        )
    )


def lighten(color: str) -> tuple[float, ...]:
    """Gives the colour of an area to that of its edge.

    Args:
        color: The colour.

    Returns:
        Red, green and blue.
    """
    return tuple(0.72 + 0.28 * part for part in to_rgb(color))
