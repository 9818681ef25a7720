r"""What a geometric transform of the image means for its maps.

Camera axes throughout the project: x to the right, y down, z forward (into the scene). A direction,
such as a surface normal, is a unit vector in these axes.

This module moves pixels. What happens to the values is said once by each kind of task
(:mod:`mmmtl.tasks`), in the words of this table:

======================= ============== ================== =================== ====================
values                  sampling       flip               zoom by :math:`s`   roll by :math:`a`
======================= ============== ================== =================== ====================
image                   smooth         move               move                move
classes, masks          nearest        move               move                move
numbers                 nearest        move               move                move
depths                  nearest        move               move, :math:`/ s`   move
inverse depths,         nearest        move               move, :math:`* s`   move
disparities
directions              nearest        move, x or y       move                move, (x, y) turn
                                       negated                                by :math:`a`
vectors along the image nearest        move, x or y       move, :math:`* s`   move, (x, y) turn
                                       negated                                by :math:`a`
======================= ============== ================== =================== ====================

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

import math

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

_OPENCV_FLIPS = {'horizontal': 1, 'vertical': 0, 'diagonal': -1}
_LARGEST_PIXEL = 128  # bytes: OpenCV's limit of channels, the lower one of its versions


def mirror_signs(direction: str, channels: int) -> tuple[int, ...]:
    """Gives the sign that each component of a vector gets in a mirrored scene.

    Args:
        direction: ``'horizontal'``, ``'vertical'`` or ``'diagonal'``.
        channels: Number of components, of which the first two are x and y.

    Returns:
        1 or -1 for each component.
    """
    return (*MIRROR_SIGNS[direction][:2], *[1] * (channels - 2))


def flip_pixels(values: np.ndarray, direction: str) -> np.ndarray:
    """Mirrors the pixels of an image or a map.

    Args:
        values: Array of shape (H, W) or (H, W, C).
        direction: ``'horizontal'``, ``'vertical'`` or ``'diagonal'`` (both).

    Returns:
        Array of the same shape and type.
    """
    pixel = values.itemsize * math.prod(values.shape[2:])
    if pixel > _LARGEST_PIXEL:
        # The image axes are the first two here and the last two in IMAGE_AXES.
        axes = tuple(axis + 2 for axis in IMAGE_AXES[direction])
        return np.ascontiguousarray(np.flip(values, axis=axes))
    # As bytes, since OpenCV does not know all types; NumPy takes up to twenty times as long.
    rows = np.ascontiguousarray(values).view(np.uint8).reshape(*values.shape[:2], pixel)
    flipped = cv2.flip(rows, _OPENCV_FLIPS[direction])
    return flipped.reshape(-1).view(values.dtype).reshape(values.shape)


def rotate_pixels(
    values: np.ndarray,
    angle: float,
    fill: float,
    smooth: bool = False,
    center: tuple[float, float] | None = None,
    auto_bound: bool = False,
) -> np.ndarray:
    """Turns the pixels of an image or a map about a point.

    Args:
        values: Array of shape (H, W) or (H, W, C).
        angle: Clockwise turn of the content in degrees.
        fill: Value of the pixels that were outside.
        smooth: Whether to interpolate, as suits an image, instead of taking the nearest pixel.
            Defaults to False.
        center: Pixel (column, row) to turn about. Defaults to None, the centre of the image.
        auto_bound: Whether the size changes to hold the whole turned image. Not together with
            ``center``. Defaults to False.

    Returns:
        Array of the same type, and of the same size without ``auto_bound``.
    """
    channels = [values] if values.ndim == 2 or values.shape[2] <= 4 else np.moveaxis(values, 2, 0)
    turned = [
        mmcv.imrotate(
            part,
            angle,
            center=center,
            border_value=(fill,) * 4,
            interpolation='bilinear' if smooth else 'nearest',
            auto_bound=auto_bound,
        ).astype(values.dtype, copy=False)  # OpenCV gives int32 for int64
        for part in channels
    ]
    return turned[0] if len(turned) == 1 else np.stack(turned, axis=2)


def turn_components(vectors: np.ndarray, angle: float) -> np.ndarray:
    """Turns the first two components of vectors, as the content of the image turns.

    Args:
        vectors: Array of shape (H, W, C), x and y first.
        angle: Clockwise turn in degrees.

    Returns:
        Array of the same shape and type.
    """
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    x, y, *others = np.moveaxis(vectors, -1, 0)
    turned = [cos * x - sin * y, sin * x + cos * y, *others]
    return np.stack(turned, axis=-1).astype(vectors.dtype)


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
    if size[0] < label.shape[0]:
        return label.take(rows, axis=0).take(columns, axis=1)
    return label.take(columns, axis=1).take(rows, axis=0)
