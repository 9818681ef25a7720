"""How maps of a scene become pictures."""

from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
from PIL import Image


def encode_png(image: np.ndarray) -> bytes:
    """Encodes a picture as PNG.

    Args:
        image: Shape (H, W), uint8 or uint16, or RGB of shape (H, W, 3), uint8.

    Returns:
        The file.
    """
    picture = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    return cv2.imencode('.png', picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def encode_ids(ids: np.ndarray, palette: np.ndarray) -> bytes:
    """Encodes ids as PNG with a palette, in whose colours viewers show them.

    Args:
        ids: Shape (H, W), uint8.
        palette: RGB of each id, uint8 of shape (256, 3).

    Returns:
        The file.
    """
    picture, content = Image.fromarray(ids), BytesIO()
    picture.putpalette(palette.tobytes())
    picture.save(content, 'PNG')
    return content.getvalue()


def encode_npy(array: np.ndarray) -> bytes:
    """Encodes an array as ``.npy`` file.

    Args:
        array: The array.

    Returns:
        The file.
    """
    content = BytesIO()
    np.save(content, array)
    return content.getvalue()


def encode_normals(normals: np.ndarray) -> np.ndarray:
    """Gives directions as colours.

    Args:
        normals: Unit vectors, or zero where there is none, shape (H, W, 3).

    Returns:
        (x, y, z) / 2 + 0.5 of 255, black where there is none; uint8 of shape (H, W, 3).
    """
    colors = np.rint((normals.astype(np.float64) / 2 + 0.5) * 255)
    return np.where((normals != 0).any(axis=2, keepdims=True), colors, 0).astype(np.uint8)


def outlines(ids: np.ndarray) -> np.ndarray:
    """Finds where ids change.

    Args:
        ids: Shape (H, W).

    Returns:
        True where the pixel below or to the right has another id, boolean of shape (H, W).
    """
    found = np.zeros(ids.shape, bool)
    found[:-1] = ids[1:] != ids[:-1]
    found[:, :-1] |= ids[:, 1:] != ids[:, :-1]
    return found
