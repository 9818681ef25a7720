"""Sheets of attention masks: tasks side by side, a row for each block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mmmtl.visualization.sheets.attention import MASK_COLORMAP, paint_mask
from mmmtl.visualization.sheets.canvas import Canvas
from mmmtl.visualization.sheets.keys import draw_key, key_height
from mmmtl.visualization.sheets.painters import ColorBar, Legend
from mmmtl.visualization.sheets.pixels import fit_image, picture_format, save_picture, text_size

_RULE_COLOR = (120, 120, 120)
_PANEL_WIDTH = 256
_KEY = ColorBar(
    'each panel rescaled: 0 is its smallest value, 1 its largest',
    (0.0, 1.0),
    MASK_COLORMAP,
    Legend(()),
)


def draw_mask_sheet(
    image: np.ndarray,
    masks: Mapping[str, Mapping[str, Tensor]],
    out_file: str | Path | None = None,
    num_channels: int = 3,
    channels: Sequence[int] | None = None,
    panel_width: int = _PANEL_WIDTH,
) -> np.ndarray:
    """Draws attention masks of one image, the way Figures 5 and 6 of the MTAN papers do.

    Every panel is one channel of a mask, its values **rescaled linearly to the full colour range,
    each panel to its own**: the colours of two panels do not compare. The range stands below each
    panel. A row has the same channels for all tasks.

    Args:
        image: RGB, uint8 of shape (H, W, 3).
        masks: Masks of shape (C, h, w) by task and block.
        out_file: Picture to write, in the format of its suffix. Defaults to None: no file.
        num_channels: How many channels of each block to draw: those that vary most over the image,
            summed over the tasks. Defaults to 3.
        channels: The channels to draw instead; a block leaves out those that it does not have.
            Defaults to None.
        panel_width: Width of a panel in pixels. Defaults to 256.

    Returns:
        RGB, uint8 of shape (height, width, 3).

    Raises:
        ValueError: If there are no masks, no block has one of the channels, or the suffix of the
            file is not that of a picture.
    """
    if out_file is not None:
        picture_format(out_file)  # an error now, not after the drawing
    chosen = _choose_channels(masks, num_channels, channels)
    picture = _Sheet(image, masks, chosen, panel_width).draw()
    if out_file is not None:
        save_picture(picture, out_file)
    return picture


def _choose_channels(
    masks: Mapping[str, Mapping[str, Tensor]], count: int, given: Sequence[int] | None
) -> dict[str, list[int]]:
    """Chooses the channels of each block."""
    blocks = list(dict.fromkeys(block for own in masks.values() for block in own))
    chosen = {}
    for block in blocks:
        found = [own[block] for own in masks.values() if block in own]
        if given is None:
            deviation = torch.stack([mask.float().std(dim=(1, 2)) for mask in found]).sum(dim=0)
            largest = deviation.topk(min(count, len(deviation))).indices
            chosen[block] = sorted(largest.tolist())
        else:
            chosen[block] = [channel for channel in given if 0 <= channel < len(found[0])]
    chosen = {block: channels for block, channels in chosen.items() if channels}
    if not chosen:
        raise ValueError(
            'masks: expected attention masks, found none'
            + ('.' if given is None else f' with the channels {list(given)}.')
        )
    return chosen


class _Sheet:
    """Where everything goes, in pixels; all lengths are in proportion to the panels' width."""

    def __init__(
        self,
        image: np.ndarray,
        masks: Mapping[str, Mapping[str, Tensor]],
        chosen: Mapping[str, Sequence[int]],
        panel: int,
    ) -> None:
        self.image, self.masks, self.chosen, self.panel = image, masks, chosen, panel
        self.columns = max(len(channels) for channels in chosen.values())
        self.text = 1.1 * text_size(panel, 1 + len(masks) * self.columns)
        self.gap, self.group_gap = round(0.03 * panel), round(0.1 * panel)
        self.margin = round(0.06 * panel)
        self.height_of_panel = max(1, round(panel * image.shape[0] / image.shape[1]))
        self.row = self.height_of_panel + round(1.6 * self.text)
        self.span = self.columns * (panel + self.gap) - self.gap
        self.top = self.margin + round(3.0 * self.text)
        self.label_room = round(1.8 * self.text)
        self.first_group = self.margin + panel + self.gap + self.label_room

    def draw(self) -> np.ndarray:
        """Draws the sheet: the image with the key below it, beside them the masks."""
        groups = self.first_group + len(self.masks) * (self.span + self.group_gap)
        width = groups - self.group_gap + self.margin
        key_top = self.top + self.height_of_panel + round(self.text)
        height = self.margin + max(
            self.top + len(self.chosen) * self.row,
            key_top + key_height(_KEY, self.panel, self.text),
        )
        canvas = Canvas(width, height)
        shape = (self.height_of_panel, self.panel)
        canvas.paste(fit_image(self.image, shape), self.margin, self.top)
        canvas.write('image', self.margin + self.panel / 2, self.top - 0.8 * self.text, self.text)
        draw_key(canvas, _KEY, self.margin, key_top, self.panel, self.text)
        self._draw_heads(canvas)
        for row, (block, channels) in enumerate(self.chosen.items()):
            self._draw_row(canvas, block, channels, self.top + row * self.row)
        return canvas.render()

    def _draw_heads(self, canvas: Canvas) -> None:
        for task, left in zip(self.masks, self._group_lefts(), strict=True):
            line = self.top - 1.9 * self.text
            canvas.write(task, left + self.span / 2, line, 1.15 * self.text, bold=True)
            rule = self.top - round(0.8 * self.text)
            canvas.fill(_RULE_COLOR, left, rule, self.span, max(1, self.panel // 256))

    def _draw_row(self, canvas: Canvas, block: str, channels: Sequence[int], top: int) -> None:
        x = self.first_group - 0.4 * self.label_room
        canvas.write(block, x, top + self.height_of_panel / 2, 0.9 * self.text, rotation=90)
        for own, left in zip(self.masks.values(), self._group_lefts(), strict=True):
            for column, channel in enumerate(channels if block in own else ()):
                mask = own[block][channel]
                x = left + column * (self.panel + self.gap)
                canvas.paste(paint_mask(mask, (self.height_of_panel, self.panel)), x, top)
                line, size = top + self.height_of_panel + 0.75 * self.text, 0.85 * self.text
                canvas.write(f'channel {channel}', x, line, size, align='left')
                value_range = f'{mask.min():.2f} – {mask.max():.2f}'
                canvas.write(value_range, x + self.panel, line, size, align='right')

    def _group_lefts(self) -> list[int]:
        step = self.span + self.group_gap
        return [self.first_group + index * step for index in range(len(self.masks))]
