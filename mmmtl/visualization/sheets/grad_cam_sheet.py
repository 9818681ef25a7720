"""Sheets of Grad-CAM: an image, and over it where the network looks for each task."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from torch import Tensor

from mmmtl.visualization.sheets.canvas import Canvas
from mmmtl.visualization.sheets.colors import color_scalars
from mmmtl.visualization.sheets.keys import draw_key, key_height
from mmmtl.visualization.sheets.painters import ColorBar, Legend
from mmmtl.visualization.sheets.pixels import (
    default_panel_width,
    fit_image,
    over_image,
    picture_format,
    save_picture,
    text_size,
)

_COLORMAP = 'turbo'
_OPACITY = 0.55
_KEY = ColorBar(
    'share of the largest value',
    (0.0, 1.0),
    _COLORMAP,
    Legend(()),
)


def draw_cam_sheet(
    image: np.ndarray,
    cams: Mapping[str, Tensor],
    out_file: str | Path | None = None,
    panel_width: int | None = None,
) -> np.ndarray:
    """Draws an image and, beside it, each task's map over the image, with one key.

    Args:
        image: RGB, uint8 of shape (H, W, 3).
        cams: Maps of shape (H, W) from 0 to 1 by the titles to show.
        out_file: Picture to write, in the format of its suffix. Defaults to None: no file.
        panel_width: Width of a panel in pixels. Defaults to None: a multiple of the image's width
            near 512, or 512 if the image is wider.

    Returns:
        RGB, uint8 of shape (height, width, 3).

    Raises:
        ValueError: If there is no map, or the suffix of the file is not that of a picture.
    """
    if out_file is not None:
        picture_format(out_file)  # an error now, not after the drawing
    if not cams:
        raise ValueError('cams: expected at least one map, found none.')
    panel = default_panel_width(image.shape[1]) if panel_width is None else panel_width
    text = text_size(panel, 1 + len(cams))
    gap, margin = round(0.03 * panel), round(0.04 * panel)
    height = max(1, round(panel * image.shape[0] / image.shape[1]))
    panels = {'image': image}
    for title, cam in cams.items():
        painted = color_scalars(cam.cpu().numpy(), (0.0, 1.0), colormap=_COLORMAP)
        panels[title] = over_image(image, painted, _OPACITY)
    top = margin + round(1.6 * text)
    key_top = top + height + round(0.6 * text)
    canvas = Canvas(
        2 * margin + len(panels) * (panel + gap) - gap,
        key_top + key_height(_KEY, panel, text) + margin,
    )
    for number, (title, pixels) in enumerate(panels.items()):
        left = margin + number * (panel + gap)
        canvas.paste(fit_image(pixels, (height, panel)), left, top)
        canvas.write(title, left + panel / 2, top - 0.8 * text, text, bold=number > 0)
    draw_key(canvas, _KEY, margin + panel + gap, key_top, panel, text)
    picture = canvas.render()
    if out_file is not None:
        save_picture(picture, out_file)
    return picture
