"""All channels of an attention mask on one sheet."""

from __future__ import annotations

import cv2
import numpy as np

from mmmtl.visualization import paint_mask

COLUMNS = 8
PAGE = 64
"""Channels on a sheet."""

_GAP = 4
_WIDTH = 160


class MaskSheet:
    """A sheet of up to :data:`PAGE` channels, the one that is chosen among them.

    Args:
        masks: The masks of a block, shape (C, H, W).
        channel: The chosen channel, which has a frame.
        aspect: Height of the image divided by its width.
    """

    def __init__(self, masks: np.ndarray, channel: int, aspect: float) -> None:
        self.first = channel // PAGE * PAGE
        self.last = min(self.first + PAGE, len(masks)) - 1
        self.cell = (max(1, round(_WIDTH * aspect)), _WIDTH)
        self._masks = masks
        self._channel = channel

    def draw(self) -> np.ndarray:
        """Draws the sheet.

        Returns:
            RGB, uint8 of shape (H, W, 3); every channel has its number.
        """
        count = self.last - self.first + 1
        height, width = (side + _GAP for side in self.cell)
        rows = -(-count // COLUMNS)
        sheet = np.full((rows * height + _GAP, COLUMNS * width + _GAP, 3), 255, dtype=np.uint8)
        for index in range(count):
            row, column = divmod(index, COLUMNS)
            top, left = _GAP + row * height, _GAP + column * width
            channel = self.first + index
            if channel == self._channel:
                sheet[top - _GAP : top + height, left - _GAP : left + width] = (230, 60, 40)
            cell = paint_mask(self._masks[channel], self.cell)
            sheet[top : top + self.cell[0], left : left + self.cell[1]] = _numbered(cell, channel)
        return sheet

    def channel_at(self, x: int, y: int) -> int:
        """Tells which channel stands at a place.

        Args:
            x: Column of a pixel of the sheet.
            y: Its row.

        Returns:
            The channel, the last one where there is none.
        """
        height, width = (side + _GAP for side in self.cell)
        index = min(y // height, PAGE // COLUMNS) * COLUMNS + min(x // width, COLUMNS - 1)
        return min(self.first + index, self.last)


def _numbered(cell: np.ndarray, channel: int) -> np.ndarray:
    text = str(channel)
    cell = cell.copy()
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.4, 1)
    cell[: height + 6, : width + 6] = cell[: height + 6, : width + 6] // 3
    place = (3, height + 3)
    cv2.putText(cell, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255,) * 3, 1, cv2.LINE_AA)
    return cell
