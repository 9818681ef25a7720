"""What turns the maps of a task, and the errors of its predictions, into colours.

A kind of task has a module, with what paints its maps and what paints errors, and a line each in
:mod:`~mmmtl.visualization.sheets.painters.making`.
"""

from mmmtl.visualization.sheets.painters.base import (
    ColorBar,
    ErrorPainter,
    Key,
    Legend,
    Painter,
    RangedPainter,
)
from mmmtl.visualization.sheets.painters.making import make_error_painter, make_painter
from mmmtl.visualization.sheets.painters.shared import SharedPainters

__all__ = [
    'ColorBar',
    'ErrorPainter',
    'Key',
    'Legend',
    'Painter',
    'RangedPainter',
    'SharedPainters',
    'make_error_painter',
    'make_painter',
]
