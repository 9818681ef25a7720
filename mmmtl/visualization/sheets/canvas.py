"""A picture made of pixel-exact images and of text."""

from __future__ import annotations

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

_DPI = 100
_FONT = 'DejaVu Sans'  # comes with matplotlib
_TEXT_COLOR = '#1a1a1a'


class Canvas:
    """A white picture on which images keep their pixels and text is set by matplotlib.

    Positions are pixels from the upper left corner.

    Args:
        width: Width in pixels.
        height: Height in pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.pixels = np.full((height, width, 3), 255, dtype=np.uint8)
        self._figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI)

    def paste(self, image: np.ndarray, x: int, y: int) -> None:
        """Copies an image.

        Args:
            image: RGB, uint8 of shape (h, w, 3), which must fit.
            x: Left edge.
            y: Upper edge.
        """
        self.pixels[y : y + image.shape[0], x : x + image.shape[1]] = image

    def fill(self, color: tuple[int, int, int], x: int, y: int, width: int, height: int) -> None:
        """Fills a rectangle.

        Args:
            color: RGB, 0 to 255.
            x: Left edge.
            y: Upper edge.
            width: Width in pixels.
            height: Height in pixels.
        """
        self.pixels[y : y + height, x : x + width] = color

    def write(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        align: str = 'center',
        bold: bool = False,
        rotation: float = 0,
    ) -> None:
        """Writes a line of text.

        Args:
            text: The text; ``$`` has no special meaning.
            x: Position that ``align`` refers to.
            y: Middle of the line's height.
            size: Font size in pixels.
            align: ``'left'``, ``'center'`` or ``'right'``. Defaults to ``'center'``.
            bold: Whether the text is bold. Defaults to False.
            rotation: Angle in degrees, counter-clockwise. Defaults to 0.
        """
        height, width = self.pixels.shape[:2]
        self._figure.text(
            x / width,
            1 - y / height,
            text,
            fontfamily=_FONT,
            fontsize=size * 72 / _DPI,
            fontweight='bold' if bold else 'normal',
            color=_TEXT_COLOR,
            ha=align,
            va='center_baseline' if rotation == 0 else 'center',
            rotation=rotation,
            parse_math=False,
        )

    def render(self) -> np.ndarray:
        """Gives the picture.

        Returns:
            RGB, uint8 of shape (height, width, 3).
        """
        self._figure.figimage(self.pixels, origin='upper')
        canvas = FigureCanvasAgg(self._figure)
        canvas.draw()
        return np.array(canvas.buffer_rgba())[..., :3]


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Measures a line of text.

    Args:
        text: The text.
        size: Font size in pixels.
        bold: Whether the text is bold. Defaults to False.

    Returns:
        Its width in pixels.
    """
    if not text.strip():
        return 0.0
    font = FontProperties(family=_FONT, weight='bold' if bold else 'normal')
    return float(TextPath((0, 0), text.replace('$', r'\$'), size=size, prop=font).get_extents().x1)
