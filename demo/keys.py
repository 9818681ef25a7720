"""The keys of the pictures, as HTML."""

from __future__ import annotations

from html import escape

import matplotlib
import numpy as np

from mmmtl.visualization.sheets.painters import ColorBar, Key

_GRADIENT_STOPS = 24


def key_html(key: Key) -> str:
    """Writes a key.

    Args:
        key: What the colours of a picture mean.

    Returns:
        HTML; its classes are those of ``style.css``.
    """
    if isinstance(key, ColorBar):
        low, high = key.value_range
        colors = matplotlib.colormaps[key.colormap](np.linspace(0, 1, _GRADIENT_STOPS))
        gradient = ', '.join(matplotlib.colors.to_hex(color) for color in colors)
        return (
            f'<div class="mmmtl-key"><div class="bar" style="background: '
            f'linear-gradient(to right, {gradient})"></div><div class="ends"><span>{low:.3g}</span>'
            f'<span>{escape(key.label)}</span><span>{high:.3g}</span></div></div>'
        )
    entries = ''.join(
        f'<span class="entry"><span class="swatch" style="background: {_hex(swatch)}"></span>'
        f'{escape(name)}</span>'
        for name, swatch in key.entries
    )
    return f'<div class="mmmtl-key">{entries}</div>'


def _hex(swatch: np.ndarray) -> str:
    return matplotlib.colors.to_hex(swatch.reshape(-1, 3).mean(axis=0) / 255)
