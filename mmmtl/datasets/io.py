"""Reading images and label maps from disk, with errors that name the file."""

from __future__ import annotations

import io

import cv2
import numpy as np
from mmengine import fileio
from PIL import Image, ImageOps, UnidentifiedImageError

_PNG_START, _PNG_END = b'\x89PNG\r\n\x1a\n', b'IEND'
_PNG_DEPTH = 24  # byte of a PNG file that tells the bits of a channel
_FORMATS = 'a PNG, JPEG or other image file, or a NumPy .npy file'


def read_image(path: str, backend_args: dict | None = None) -> np.ndarray:
    """Reads a colour image.

    Args:
        path: An image file, or a ``.npy`` file with RGB of shape (H, W, 3): floats in [0, 1], or
            uint8 from 0 to 255.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        A uint8 array of shape (H, W, 3), channels blue, green, red, as everywhere in mmseg. The
        floats of a ``.npy`` file are rounded to the nearest of the 256 levels.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is truncated, of another format or of another shape or range.
    """
    content = _get(path, backend_args)
    if path.endswith('.npy'):
        rgb = _decode_npy(content, path)
        if rgb.ndim != 3 or rgb.shape[2] != 3:
            raise ValueError(f'{path}: expected an image of shape (H, W, 3), found {rgb.shape}.')
        if rgb.dtype != np.uint8:
            rgb = _levels(rgb, path)
    else:
        rgb = _decode_picture(content, path, colour=True)
    return np.ascontiguousarray(rgb[..., ::-1])


def read_map(path: str, backend_args: dict | None = None) -> np.ndarray:
    """Reads a label map, its values as stored (palette images give their indices).

    Args:
        path: An image file of 8 or 16 bit, or a ``.npy`` file.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        An array of shape (H, W), or (H, W, C) with C > 1.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is truncated, of another format or not a map.
    """
    content = _get(path, backend_args)
    if path.endswith('.npy'):
        array = _decode_npy(content, path)
    else:
        array = _decode_picture(content, path, colour=False)
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


def _decode_picture(content: bytes, path: str, colour: bool) -> np.ndarray:
    if content.startswith(_PNG_START) and _PNG_END not in content:
        raise ValueError(f'{path}: truncated or broken image (a PNG file without its end).')
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if colour:
                return np.asarray(ImageOps.exif_transpose(picture).convert('RGB'))
            array = np.asarray(picture)
            deep = picture.format == 'PNG' and content[_PNG_DEPTH] == 16
            return _decode_16_bit_rgb(content) if deep and picture.mode == 'RGB' else array
    except UnidentifiedImageError:
        raise ValueError(f'{path}: not an image; expected {_FORMATS}.') from None
    except (OSError, SyntaxError, EOFError) as error:  # Pillow's ways to say truncated or broken
        raise ValueError(f'{path}: truncated or broken image ({error}).') from error


def _decode_16_bit_rgb(content: bytes) -> np.ndarray:
    """Decodes what Pillow reduces to 8 bit."""
    array = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    return cv2.cvtColor(array, cv2.COLOR_BGR2RGB)


def _decode_npy(content: bytes, path: str) -> np.ndarray:
    try:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(f'{path}: truncated or broken .npy file ({error}).') from error
    if not isinstance(array, np.ndarray) or array.dtype.kind not in 'buif':
        raise ValueError(f'{path}: expected an array of numbers in a .npy file.')
    return array
