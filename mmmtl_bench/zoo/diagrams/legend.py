"""The line below a picture that says what its parts are."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from mmmtl.visualization.plots.figures import SERIES_COLORS
from mmmtl_bench.zoo.diagrams.painting import is_frozen
from mmmtl_bench.zoo.diagrams.parts import Diagram
from mmmtl_bench.zoo.diagrams.shapes import Network
from mmmtl_bench.zoo.diagrams.symbols import (
    INK,
    MARKED,
    SHARED,
    SMALL,
    draw_cross,
    draw_shared_layer,
    lighten,
)

_LINE = 0.2
_LETTER = 0.055
"""Mean width of a letter in inches, rather too much than too little."""


def draw_legend(axes: Axes, diagram: Diagram, network: Network, top: float, width: float) -> float:
    """Draws what the parts of a picture are, those alone that are in it.

    Args:
        axes: Axes of the picture, in inches.
        diagram: Its description.
        network: What it is of.
        top: Where the legend begins.
        width: Of the picture.

    Returns:
        Where it ends.
    """
    attends = any(mark.owner for mark in diagram.marks) or any(b.masked for b in diagram.blocks)
    entries = {
        'shared': any(b.owner is None and b.module is not None for b in diagram.blocks),
        'task': True,
        'attention': attends,
        'layer': any(link.shared for link in diagram.links),
        'exchange': any(mark.owner is None for mark in diagram.marks),
        'frozen': any(is_frozen(block, network.shapes) for block in diagram.blocks),
        'numbers': any(b.text is None and b.module is not None for b in diagram.blocks),
    }
    words = {
        'shared': 'shared by all tasks',
        'task': 'of one task' if len(diagram.tasks) == 1 else 'of one task, a colour for each',
        'attention': 'attention of a task',
        'layer': 'layers on its way that tasks share',
        'exchange': 'exchange between tasks',
        'frozen': 'frozen',
        'numbers': 'number: channels; fraction: size of the map',
    }
    x, y = 0.12, top - 0.08
    for key, present in entries.items():
        if not present:
            continue
        needed = 0.34 + _LETTER * len(words[key])
        if x + needed > width and x > 0.12:
            x, y = 0.12, y - _LINE
        _symbol(axes, key, x + 0.1, y)
        shift = 0.0 if key == 'numbers' else 0.26
        axes.text(
            x + shift, y, words[key], fontsize=SMALL, color=INK, ha='left', va='center', zorder=6
        )
        x += needed + 0.1
    return y - 0.16


def _symbol(axes: Axes, key: str, x: float, y: float) -> None:
    corner, size = (x - 0.08, y - 0.055), (0.16, 0.11)
    if key in ('shared', 'frozen'):
        hatch = '//////' if key == 'frozen' else None
        axes.add_patch(
            Rectangle(corner, *size, facecolor=lighten(SHARED), edgecolor=SHARED, hatch=hatch)
        )
    elif key == 'task':
        color = SERIES_COLORS[0]
        axes.add_patch(Rectangle(corner, *size, facecolor=lighten(color), edgecolor=color))
    elif key == 'attention':
        draw_cross(axes, x, y, SERIES_COLORS[0], 0.07)
    elif key == 'layer':
        draw_shared_layer(axes, x, y)
    elif key == 'exchange':
        axes.add_patch(Rectangle((x - 0.03, y - 0.07), 0.06, 0.14, facecolor=MARKED, edgecolor=INK))
