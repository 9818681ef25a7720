"""What the renderer asks of the light of a scene."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from mmmtl_scenes.engine.surface import Appearance, Surface

Vector = tuple[float, float, float]
"""Three numbers: a position or direction in the world, or a linear colour."""


class Light(Protocol):
    """What the renderer asks of the light of a scene."""

    def shade(
        self, surface: Surface, looks: Appearance, rotation: np.ndarray, shadows: np.ndarray
    ) -> np.ndarray:
        """Gives the light that surface points send to the camera.

        Args:
            surface: The points.
            looks: Their material.
            rotation: Rotation of the camera, (3, 3); see
                :attr:`~mmmtl_scenes.engine.camera.CameraPose.rotation`.
            shadows: Share of the sun's light (first row) and of the sky's light (second row) that
                objects let pass, shape (2, N).

        Returns:
            Linear colours of shape (3, N).
        """
        ...

    def fade(self, color: np.ndarray, depth: np.ndarray) -> np.ndarray:
        """Gives what of a light arrives from a depth.

        Args:
            color: Linear colours, shape (3, N).
            depth: Depth in metres, shape (N,).

        Returns:
            Linear colours of shape (3, N).
        """
        ...

    def sky(self, direction: np.ndarray) -> np.ndarray:
        """Gives what is seen where there is no solid.

        Args:
            direction: World directions with any length, shape (3, N).

        Returns:
            Linear colours of shape (3, N).
        """
        ...
