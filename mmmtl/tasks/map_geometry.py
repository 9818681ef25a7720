from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from torch import Tensor

from mmmtl import geometry


class MapGeometry(ABC):
    """What geometric transforms of the image do to the values of a task's maps.

    :mod:`mmmtl.geometry` moves the pixels and has the table of all kinds.
    """

    channels: ClassVar[int]
    """Channels of a label and of a prediction."""
    follows_image_axes: ClassVar[bool] = False
    """Whether the first two channels are components along the image's x (right) and y (down):
    they mirror and turn with it."""

    @property
    @abstractmethod
    def fill(self) -> float:
        """float: Value of a label's pixel that has no label; padding is filled with it."""

    @property
    def zoom_exponent(self) -> int:
        """int: A zoom by ``s`` multiplies a value by ``s ** zoom_exponent``."""
        return 0

    @property
    def changes_with_zoom(self) -> bool:
        """bool: Whether a zoom changes values."""
        return self.zoom_exponent != 0

    def flip(self, output: Tensor, direction: str) -> Tensor:
        """Gives the output for the flipped image, values included.

        Args:
            output: Network output or prediction of shape (..., C, H, W).
            direction: ``'horizontal'``, ``'vertical'`` or ``'diagonal'``.

        Returns:
            A tensor of the same shape.
        """
        flipped = output.flip(dims=geometry.IMAGE_AXES[direction])
        if not self.follows_image_axes:
            return flipped
        signs = geometry.mirror_signs(direction, self.channels)
        return flipped * flipped.new_tensor(signs).view(-1, 1, 1)

    def flip_map(self, label: np.ndarray, direction: str) -> np.ndarray:
        """Gives the label map of the mirrored scene.

        Args:
            label: Array of shape (H, W) or (H, W, C).
            direction: ``'horizontal'``, ``'vertical'`` or ``'diagonal'``.

        Returns:
            Array of the same shape and type.
        """
        flipped = geometry.flip_pixels(label, direction)
        if not self.follows_image_axes:
            return flipped
        kept = self._unlabelled(flipped)
        factor = np.where(kept, label.dtype.type(1), label.dtype.type(-1))
        for component, sign in enumerate(geometry.mirror_signs(direction, self.channels)):
            if sign < 0:
                flipped[..., component] *= factor
        return flipped

    def rotate_map(
        self,
        label: np.ndarray,
        angle: float,
        center: tuple[float, float] | None = None,
        auto_bound: bool = False,
    ) -> np.ndarray:
        """Gives the label map that the camera sees after a roll.

        Args:
            label: Array of shape (H, W) or (H, W, C).
            angle: Clockwise turn of the image's content in degrees.
            center: Pixel (column, row) to turn about. Defaults to None, the centre of the image.
            auto_bound: Whether the size changes to hold the whole turned map. Defaults to False.

        Returns:
            Array of the same type, and of the same size without ``auto_bound``.
        """
        turned = geometry.rotate_pixels(
            label, angle, self.fill, center=center, auto_bound=auto_bound
        )
        if not self.follows_image_axes:
            return turned
        return self._keep_unlabelled(turned, geometry.turn_components(turned, angle))

    def zoom_values(self, label: np.ndarray, factor: float) -> np.ndarray:
        """Gives the values of a label map after a zoom; the pixels are moved by other functions.

        Args:
            label: Array of shape (H, W) or (H, W, C).
            factor: How many times larger the image's content has become; less than 1 if smaller.

        Returns:
            Array of the same shape and type; pixels without a label stay.

        Raises:
            ValueError: If it is not known what a zoom does to the values.
        """
        if self.zoom_exponent == 0:
            return label
        change = label.dtype.type(factor**self.zoom_exponent)
        if not self.follows_image_axes:
            changed = label * change
        else:
            changed = label.copy()
            changed[..., :2] *= change
        # Nothing to keep where the value that says so is the same after the change.
        return changed if self.fill == 0 else self._keep_unlabelled(label, changed)

    def _keep_unlabelled(self, label: np.ndarray, changed: np.ndarray) -> np.ndarray:
        """Takes changed values where there is a label, and the old ones elsewhere."""
        unlabelled = self._unlabelled(label)
        return np.where(unlabelled[..., None] if label.ndim == 3 else unlabelled, label, changed)

    def _unlabelled(self, label: np.ndarray) -> np.ndarray:
        """Tells which pixels, shape (H, W), hold the fill in all channels; none if it is NaN."""
        if label.ndim == 2:
            return label == self.fill
        # Each channel by itself: NumPy is slow along an axis of a few numbers.
        channels = (label[..., channel] == self.fill for channel in range(label.shape[2]))
        return functools.reduce(np.logical_and, channels)
