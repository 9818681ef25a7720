r"""What a geometric transform of the image means for each kind of map: the one place that says so.

Camera axes throughout the project: x to the right, y down, z forward (into the scene). A direction,
such as a surface normal, is a unit vector in these axes; invalid ones are the zero vector.

================= ================ ================== =================== ====================
kind              sampling         flip               zoom by :math:`s`   roll by :math:`a`
================= ================ ================== =================== ====================
``IMAGE``         smooth           moves              moves               moves
``CLASSES``       nearest          moves              moves               moves
``SCALAR``        nearest          moves              moves               moves
``DEPTH``         nearest          moves              moves, :math:`/ s`  moves
``INVERSE_DEPTH`` nearest          moves              moves, :math:`* s`  moves
``DISPARITY``     nearest          moves              moves, :math:`* s`  moves
``DIRECTION``     nearest          moves, x or y      moves               moves, (x, y) turn
                                   negated                                by :math:`a`
================= ================ ================== =================== ====================

*Sampling.* Labels are never mixed with their neighbours: a mean of two class ids is a third class,
a mean of a depth and of 0 (not measured) is a wrong depth. Predictions, which are valid everywhere,
may be interpolated; interpolated directions then get unit length again
(:meth:`mmmtl.tasks.Task.normalise`).

*Resizing* the whole image changes no value. The same rays meet the same points, only more or less
densely, whatever the two scale factors are. *Cropping* and *padding* change no value either.

*Flip.* The image of a mirrored scene. Its directions are mirrored too.

*Zoom.* The image's content gets :math:`s` times as large, as with a lens of :math:`s` times the
focal length. A network sees no focal length, to it things are :math:`s` times as near. So
the labels are those of the scene shrunk by :math:`s` about the camera: every point comes to
:math:`1 / s` of its place; depths are divided, inverse depths and disparities multiplied, and
directions stay.

*Roll.* The camera turned about its optical axis, the image's content turned clockwise by :math:`a`.
A depth is measured along that axis and stays. Pixels must be square.
"""

from __future__ import annotations

from enum import Enum

import cv2
import mmcv
import numpy as np
import torch
from torch import Tensor

MIRROR_SIGNS: dict[str, tuple[int, int, int]] = {
    'horizontal': (-1, 1, 1),
    'vertical': (1, -1, 1),
    'diagonal': (-1, -1, 1),
}
"""Sign of each component (x, y, z) of a direction after a flip of the image, by mmcv's name of the
flip. A mirrored scene has mirrored normals: moving their pixels alone is not enough."""

IMAGE_AXES: dict[str, tuple[int, ...]] = {
    'horizontal': (-1,),
    'vertical': (-2,),
    'diagonal': (-2, -1),
}
"""Axes of a (..., H, W) array that a flip reverses, by mmcv's name of the flip."""


class MapKind(Enum):
    """What one pixel of a map is, as far as geometry goes."""

    IMAGE = 'image'
    """Colours; the only kind that may be interpolated."""
    CLASSES = 'classes'
    """Class ids."""
    SCALAR = 'scalar'
    """A number that does not depend on where the camera stands."""
    DEPTH = 'depth'
    """Distance along the optical axis."""
    INVERSE_DEPTH = 'inverse_depth'
    """1 / depth, or a multiple of it."""
    DISPARITY = 'disparity'
    """Shift between two images of a stereo rig, in pixels of the camera's own images."""
    DIRECTION = 'direction'
    """Unit vectors in camera axes, (H, W, 3)."""

    @property
    def zoom_exponent(self) -> int:
        """int: A zoom by ``s`` multiplies a value by ``s ** zoom_exponent``."""
        return _ZOOM_EXPONENTS.get(self, 0)


_ZOOM_EXPONENTS = {MapKind.DEPTH: -1, MapKind.INVERSE_DEPTH: 1, MapKind.DISPARITY: 1}


def flip_map(values: np.ndarray, kind: MapKind, direction: str) -> np.ndarray:
    """Gives the map of the mirrored scene.

    Args:
        values: Array of shape (H, W) or (H, W, C).
        kind: What the values are.
        direction: ``'horizontal'``, ``'vertical'`` or ``'diagonal'`` (both).

    Returns:
        Array of the same shape and type.
    """
    # The image axes are the first two here and the last two in IMAGE_AXES.
    flipped = np.flip(values, axis=tuple(axis + 2 for axis in IMAGE_AXES[direction]))
    if kind is MapKind.DIRECTION:
        flipped = flipped * np.array(MIRROR_SIGNS[direction], dtype=values.dtype)
    return np.ascontiguousarray(flipped)


def zoom_values(values: np.ndarray, kind: MapKind, factor: float) -> np.ndarray:
    """Gives the values of a map's pixels after a zoom; the pixels are moved by other functions.

    Args:
        values: Array of any shape.
        kind: What the values are.
        factor: How many times larger the image's content has become; less than 1 if smaller.

    Returns:
        Array of the same shape and type.
    """
    if kind.zoom_exponent == 0:
        return values
    return values * values.dtype.type(factor**kind.zoom_exponent)


def rotate_map(
    values: np.ndarray,
    kind: MapKind,
    angle: float,
    fill: float,
    center: tuple[float, float] | None = None,
    auto_bound: bool = False,
) -> np.ndarray:
    """Gives the map that the camera sees after a roll.

    Args:
        values: Array of shape (H, W) or (H, W, C) with C <= 4.
        kind: What the values are.
        angle: Clockwise turn of the image's content in degrees.
        fill: Value of the pixels that were outside.
        center: Pixel (column, row) to turn about. Defaults to None, the centre of the image.
        auto_bound: Whether the size changes to hold the whole turned image. Not together with
            ``center``. Defaults to False.

    Returns:
        Array of the same type, and of the same size without ``auto_bound``.
    """
    turned = mmcv.imrotate(
        values,
        angle,
        center=center,
        border_value=(fill,) * 4,
        interpolation='bilinear' if kind is MapKind.IMAGE else 'nearest',
        auto_bound=auto_bound,
    ).astype(values.dtype, copy=False)  # OpenCV gives int32 for int64
    if kind is not MapKind.DIRECTION:
        return turned
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    x, y, z = np.moveaxis(turned, -1, 0)
    return np.stack([cos * x - sin * y, sin * x + cos * y, z], axis=-1).astype(values.dtype)


def unit_vectors(vectors: Tensor, dim: int, shortest: float = 1e-12) -> Tensor:
    r"""Divides vectors by their length, in float32 at least.

    .. math:: \hat{v} = v / \max(\lVert v \rVert, s)

    Args:
        vectors: The vectors :math:`v`, any shape.
        dim: Dimension of the components.
        shortest: Shorter vectors are divided by this length :math:`s` instead. It bounds the
            gradient, by :math:`1 / s`, at the zero vector too. Defaults to 1e-12.

    Returns:
        A tensor of the same shape. The zero vector stays.
    """
    vectors = vectors.to(torch.promote_types(vectors.dtype, torch.float32))
    # Ten times as fast as torch's norm on a CPU. The root is taken of no zero, where its gradient
    # is infinite.
    squared = vectors.square().sum(dim=dim, keepdim=True).clamp(min=shortest**2)
    return vectors / squared.sqrt()


def pad_map(values: np.ndarray, size: tuple[int, int], fill: float) -> np.ndarray:
    """Pads a map below and on the right.

    Args:
        values: Array of shape (H, W) or (H, W, C).
        size: The new (height, width), at least the old ones.
        fill: Value of the new pixels.

    Returns:
        Array of the new size and the same type.
    """
    below, right = (new - old for new, old in zip(size, values.shape[:2], strict=True))
    widths = [(0, below), (0, right), (0, 0)][: values.ndim]
    return np.pad(values, widths, constant_values=fill)


def resize_image(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resizes a colour image, by pixel areas when it gets smaller (no aliasing), else bilinearly.

    Args:
        image: Array of shape (H, W, 3).
        size: The new (height, width).

    Returns:
        Array of shape (height, width, 3).
    """
    height, width = size
    smaller = height * width < image.shape[0] * image.shape[1]
    interpolation = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return cv2.resize(image, (width, height), interpolation=interpolation)


def resize_map(label: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resizes a label map by its nearest pixels, so that no label mixes with another or with none.

    The nearest pixel is the one below the centre of the new pixel.

    Args:
        label: Array of shape (H, W) or (H, W, C).
        size: The new (height, width).

    Returns:
        Array of the new size and the same type.
    """
    rows, columns = (
        ((np.arange(new) + 0.5) * old / new).astype(np.intp)
        for new, old in zip(size, label.shape[:2], strict=True)
    )
    return label[rows[:, None], columns[None, :]]
