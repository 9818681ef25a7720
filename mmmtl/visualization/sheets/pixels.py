"""What picture sheets share: panels of one size, and the picture's file."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from mmmtl.files import atomic_file

_PANEL_WIDTH = 512


def default_panel_width(image_width: int) -> int:
    """Gives a width of panels at which the pixels of an image are not mixed.

    Args:
        image_width: Width of the image.

    Returns:
        A multiple of it near 512, or 512 if the image is wider.
    """
    if image_width > _PANEL_WIDTH:
        return _PANEL_WIDTH
    return image_width * max(1, round(_PANEL_WIDTH / image_width))


def text_size(panel_width: int, columns: int) -> float:
    """Gives a size of text that can be read when a sheet is printed on the width of a page.

    Args:
        panel_width: Width of a column in pixels.
        columns: Number of columns.

    Returns:
        Font size in pixels: 6% of a column, or more in sheets of more than four, so that it is 6
        points where the sheet is 17 cm wide; at most 9%.
    """
    return panel_width * min(max(0.06, 0.0125 * columns), 0.09)


def fit_image(image: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Resizes an image to a panel.

    Args:
        image: uint8 of shape (H, W, 3).
        shape: Height and width of the panel.

    Returns:
        uint8 of the panel's shape; nearest pixels, or mean ones where the image is larger.
    """
    shrinks = image.shape[0] > shape[0] or image.shape[1] > shape[1]
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_NEAREST_EXACT
    return cv2.resize(image, shape[::-1], interpolation=interpolation)


def fit_map(values: Tensor, shape: tuple[int, int]) -> Tensor:
    """Resizes a map to a panel by nearest pixels: interpolated ids or directions would be wrong.

    Args:
        values: Shape (C, H, W).
        shape: Height and width of the panel.

    Returns:
        A tensor of shape (C, *shape); a view where the map is a single pixel.
    """
    if values.shape[1:] == (1, 1):
        return values.expand(-1, *shape)
    rows, columns = (
        ((torch.arange(new) + 0.5) * (old / new)).long().clamp(max=old - 1)
        for new, old in zip(shape, values.shape[-2:], strict=True)
    )
    return values[:, rows][:, :, columns]


def over_image(image: np.ndarray, painted: np.ndarray, opacity: float = 1.0) -> np.ndarray:
    """Lays what was painted of a map over the image.

    Args:
        image: RGB, uint8 of shape (H, W, 3).
        painted: RGB or RGBA, uint8 of the same height and width.
        opacity: How much of the image colours hide that are not transparent themselves, from 0 to
            1. Defaults to 1.

    Returns:
        RGB, uint8 of shape (H, W, 3): the image where the painted picture is transparent.
    """
    if painted.shape[2] == 3 and opacity == 1:
        return painted
    has_alpha = painted.shape[2] == 4
    share = painted[..., 3:].astype(np.float32) / 255 if has_alpha else np.float32(opacity)
    mixed = share * painted[..., :3] + (1 - share) * image
    return np.rint(mixed).astype(np.uint8)


def picture_format(path: str | Path) -> str:
    """Tells the format of a picture's file by its suffix.

    Args:
        path: The file, which need not exist.

    Returns:
        Pillow's name of the format.

    Raises:
        ValueError: If the suffix is not that of a picture.
    """
    try:
        return Image.registered_extensions()[Path(path).suffix.lower()]
    except KeyError:
        raise ValueError(
            f'out_file: expected a picture such as .png or .jpg, found {path}.'
        ) from None


def save_picture(picture: np.ndarray, path: str | Path) -> None:
    """Writes a picture.

    Args:
        picture: RGB, uint8 of shape (H, W, 3).
        path: File to write, in the format of its suffix.

    Raises:
        ValueError: If the suffix is not that of a picture.
    """
    file_format = picture_format(path)
    with atomic_file(path) as stream:
        Image.fromarray(picture).save(stream, format=file_format)
