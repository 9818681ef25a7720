"""Reading images and label maps from disk, with errors that name the file."""

from __future__ import annotations

import numpy as np
from mmengine import fileio

from mmmtl.datasets.arrays import decode_array
from mmmtl.datasets.pictures import decode_image, decode_map

_ARRAYS = ('.npy', '.npz')


def read_image(path: str, backend_args: dict | None = None) -> np.ndarray:
    """Reads a colour image.

    Args:
        path: An image file, or a ``.npy`` or ``.npz`` file with RGB of shape (H, W, 3): floats in
            [0, 1], or uint8 from 0 to 255.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        A uint8 array of shape (H, W, 3), channels blue, green, red, as everywhere in mmseg. 16 bits
        give their high byte, palettes their colours; alpha is dropped and EXIF rotation applied.
        The floats of a ``.npy`` file are rounded to the nearest of the 256 levels.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is truncated, of another format, of another shape or of unknown
            range, or has more pixels than :func:`mmmtl.datasets.pixel_limit.pixel_limit`.
    """
    content = _get(path, backend_args)
    if path.lower().endswith(_ARRAYS):
        rgb = decode_array(content, path)
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.size == 0:
            raise ValueError(f'{path}: expected an image of shape (H, W, 3), found {rgb.shape}.')
        if rgb.dtype != np.uint8:
            rgb = _levels(rgb, path)
    else:
        rgb = decode_image(content, path)
    return np.ascontiguousarray(rgb[..., ::-1])


def read_map(path: str, backend_args: dict | None = None, key: str | None = None) -> np.ndarray:
    """Reads a label map, its numbers as stored (palette images give their indices).

    Args:
        path: An image file of any bits, or a ``.npy`` or ``.npz`` file.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.
        key: Name of the array in a ``.npz`` file. Defaults to None: its only one.

    Returns:
        An array of shape (H, W), or (H, W, C) with C > 1; alpha is dropped.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is truncated, of another format, not a map, its numbers cannot be
            had as they are stored, or it has more pixels than
            :func:`mmmtl.datasets.pixel_limit.pixel_limit`.
    """
    content = _get(path, backend_args)
    if path.lower().endswith(_ARRAYS) or key is not None:
        array = decode_array(content, path, key)
    else:
        array = decode_map(content, path)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or array.size == 0:
        raise ValueError(
            f'{path}: expected a map of shape (H, W) or (H, W, C), found {array.shape}.'
        )
    return array


def _levels(rgb: np.ndarray, path: str) -> np.ndarray:
    """Rounds colours in [0, 1] to 256 levels."""
    levels = np.rint(rgb * 255.0)  # resizing may have left a value just outside
    if not (np.isfinite(levels).all() and levels.min() >= 0 and levels.max() <= 255):
        raise ValueError(
            f'{path}: expected RGB values in [0, 1], found {rgb.min()} to {rgb.max()}.'
        )
    return levels.astype(np.uint8)


def _get(path: str, backend_args: dict | None) -> bytes:
    try:
        return fileio.get(path, backend_args=backend_args)
    except IsADirectoryError:
        raise ValueError(f'{path}: expected a file, found a folder.') from None
    except FileNotFoundError:
        raise FileNotFoundError(f'{path}: no such file.') from None
    except ValueError as error:  # such as a zero byte in the name
        raise ValueError(f'{path!r}: expected the path of a file ({error}).') from error
