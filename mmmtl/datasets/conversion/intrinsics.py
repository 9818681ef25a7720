from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Intrinsics:
    """Where a pinhole camera without distortion sees the points of space.

    A point (x, y, z) in camera axes (x right, y down, z forward) appears at the column
    ``fx * x / z + cx`` and the row ``fy * y / z + cy``; the centre of the first pixel is (0, 0).

    Args:
        fx: Horizontal focal length in pixels.
        fy: Vertical focal length in pixels.
        cx: Column of the principal point.
        cy: Row of the principal point.
    """

    fx: float
    fy: float
    cx: float
    cy: float

    def rays(self, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        """Gives the rays through the pixel centres, ``(x[column], y[row], 1)``.

        Args:
            size: (height, width) of the image.

        Returns:
            ``x`` of shape (W,) and ``y`` of shape (H,), float64.
        """
        height, width = size
        return (np.arange(width) - self.cx) / self.fx, (np.arange(height) - self.cy) / self.fy

    def scaled(self, factor: float, factor_y: float | None = None) -> Intrinsics:
        """Gives the camera of the same view with other numbers of pixels.

        Args:
            factor: How many times as many columns.
            factor_y: How many times as many rows. Defaults to None: the same.

        Returns:
            The camera.
        """
        factor_y = factor if factor_y is None else factor_y
        return Intrinsics(
            self.fx * factor,
            self.fy * factor_y,
            (self.cx + 0.5) * factor - 0.5,
            (self.cy + 0.5) * factor_y - 0.5,
        )
