"""What the numbers of a picture file are: colours of an image, or the numbers of a label map.

Every mode is decoded by a rule or refused by name; docs/data_formats.md has the table.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps, TiffImagePlugin, UnidentifiedImageError

from mmmtl.datasets.picture_bits import is_grey, is_signed, stored_bits, stored_white
from mmmtl.datasets.pixel_limit import check_pixels, without_pillows_limit
from mmmtl.datasets.tiff_layout import (
    TiffLayout,
    check_tiff_colors,
    check_tiff_labels,
    layout_of,
    read_tiff_layout,
)

_PNG_START, _PNG_END = b'\x89PNG\r\n\x1a\n', b'IEND'
_PNG_ORIENTATIONS = (b'eXIf', b'xmp', b'exif')  # where a PNG file may state one
_TIFF_STARTS = (b'II*\0', b'MM\0*', b'II+\0')
_EXR_START = b'v/1\x01'
_UNKNOWN = 'not an image, or one without pixels'
_FORMATS = 'a PNG, JPEG or other image file, or a NumPy .npy or .npz file'
_EXPECTED = 'expected an image of 8 or 16 bits a channel'
_8_BIT = ('1', 'L', 'LA', 'La', 'P', 'PA', 'RGB', 'RGBA', 'RGBa', 'RGBX', 'CMYK', 'YCbCr')
_16_BIT = ('I;16', 'I;16L', 'I;16B', 'I;16N')
_COLORS = ('RGB', 'RGBA', 'RGBX')
_PREMULTIPLIED = {'La': 'LA', 'RGBa': 'RGBA'}
_MODE_NAMES = {
    'F': 'floats',
    'I': '32-bit integers',
    'CMYK': 'CMYK colours',
    'LAB': 'Lab colours',
    'YCbCr': 'YCbCr colours',
    'HSV': 'HSV colours',
}
_ORIENTATION = ExifTags.Base.Orientation


def decode_image(content: bytes, path: str) -> np.ndarray:
    """Decodes the colours of an image file.

    Args:
        content: The file.
        path: What errors call it.

    Returns:
        RGB, uint8 of shape (H, W, 3).

    Raises:
        ValueError: If the file is truncated, no picture, of a mode without known range, or beyond
            the pixel limit.
    """
    layout = _tiff_layout(content, path)
    if layout is not None:
        check_tiff_colors(layout, path)
        if _needs_opencv(layout, content):  # which turns them, too
            numbers = _by_opencv(content, path)
            levels = _high_byte(numbers) if layout.bits == 16 else numbers
            return np.asarray(Image.fromarray(levels).convert('RGB'))
    with _opened(content, path, layout) as picture:
        bits = stored_bits(picture, content)
        _check_jpeg2000(picture, bits, content, path)
        if picture.mode in _COLORS and bits == 16:
            deep = Image.fromarray(_high_byte(_by_opencv(content, path)))
            deep.getexif()[_ORIENTATION] = _orientation(picture, content)
            return np.asarray(ImageOps.exif_transpose(deep))
        return _colors(picture, path)


def convert_image(picture: Image.Image, name: str) -> np.ndarray:
    """Gives the colours of an image that is open in Pillow, by the same rule.

    Args:
        picture: The image.
        name: What errors call it.

    Returns:
        RGB, uint8 of shape (H, W, 3).

    Raises:
        ValueError: If the image is empty, cannot be loaded, or is of a mode without known range.
    """
    with _errors_named(name):
        check_pixels(picture.size, name)
        if isinstance(picture, TiffImagePlugin.TiffImageFile):
            check_tiff_colors(layout_of(picture.tag_v2), name)
        return _colors(picture, name)


def decode_map(content: bytes, path: str) -> np.ndarray:
    """Decodes the numbers of a label file as they are stored, without alpha.

    Args:
        content: The file.
        path: What errors call it.

    Returns:
        Shape (H, W), or (H, W, 3) for colours; palettes give their indices, 1 bit 0 and 1.

    Raises:
        ValueError: If the file is truncated, no picture, beyond the pixel limit, or does not hold
            numbers that can be had as they are stored.
    """
    layout = _tiff_layout(content, path)
    if layout is not None:
        check_tiff_labels(layout, path)
        if _needs_opencv(layout, content):
            _check_orientation(layout.orientation, path)
            return _without_alpha(_by_opencv(content, path))
    with _opened(content, path, layout) as picture:
        bits = stored_bits(picture, content)
        _check_stored(picture, bits, content, path)
        if picture.mode in ('LA', 'La', *_COLORS) and bits > 8:
            numbers = _without_alpha(_by_opencv(content, path))
            return numbers[..., 0] if numbers.ndim == 3 and is_grey(picture, content) else numbers
        numbers = np.asarray(picture)
        if picture.mode == '1':
            return numbers.astype(np.uint8)
        if picture.mode == 'L' and bits < 8:  # Pillow spreads 2 and 4 bits over 0 to 255
            return numbers // (255 // (2**bits - 1))
        if picture.mode == 'I' and layout is not None and layout.kind == 'unsigned':
            return numbers.view(np.uint32)
        if is_grey(picture, content) or picture.mode == 'PA':
            return numbers[..., 0]
        numbers = _without_alpha(numbers)
        return numbers.astype(numbers.dtype.newbyteorder('='), copy=False)


@contextmanager
def _opened(content: bytes, path: str, layout: TiffLayout | None) -> Iterator[Image.Image]:
    if content.startswith(_EXR_START):
        raise ValueError(
            f'{path}: an OpenEXR file, which neither Pillow nor the OpenCV of pip reads; '
            'expected .npy, .npz or a TIFF file of 32-bit floats in its place.'
        )
    if content.startswith(_PNG_START) and _PNG_END not in content:
        raise ValueError(f'{path}: truncated or broken image (a PNG file without its end).')
    unknown = _UNKNOWN if layout is None else f'found {layout}'
    with _errors_named(path, unknown):
        with without_pillows_limit():
            picture = Image.open(io.BytesIO(content))
        with picture:
            check_pixels(picture.size, path)
            yield picture


@contextmanager
def _errors_named(name: str, unknown: str = '') -> Iterator[None]:
    """Turns what Pillow and OpenCV raise for a broken file into an error that names it."""
    try:
        yield
    except UnidentifiedImageError:
        raise ValueError(f'{name}: {unknown}; expected {_FORMATS}.') from None
    except Exception as error:  # OSError, SyntaxError, struct.error and others, by format
        if isinstance(error, ValueError) and str(error).startswith(f'{name}: '):
            raise
        raise ValueError(f'{name}: truncated or broken image ({error}).') from error


def _colors(picture: Image.Image, name: str) -> np.ndarray:
    if picture.mode in _16_BIT or (picture.mode == 'I' and picture.format == 'PPM'):
        picture.load()
        grey = _high_byte(np.asarray(picture))
        orientation = picture.getexif().get(_ORIENTATION, 1)
        picture = Image.fromarray(grey)
        picture.getexif()[_ORIENTATION] = orientation
    if picture.mode not in _8_BIT:
        raise ValueError(f'{name}: {_words(picture)} are no colours of known range; {_EXPECTED}.')
    turned = ImageOps.exif_transpose(picture)
    if turned.mode in _PREMULTIPLIED:
        turned = turned.convert(_PREMULTIPLIED[turned.mode])
    return np.asarray(turned.convert('RGB'))


def _tiff_layout(content: bytes, path: str) -> TiffLayout | None:
    if not content.startswith(_TIFF_STARTS):
        return None
    with _errors_named(path, _UNKNOWN):
        layout = read_tiff_layout(content)
        check_pixels(layout.size, path)
    return layout


def _needs_opencv(layout: TiffLayout, content: bytes) -> bool:
    """Tells whether OpenCV is to decode a TIFF file: Pillow cannot, or changes the numbers."""
    if not layout.suits_opencv:
        return False
    try:
        with without_pillows_limit(), Image.open(io.BytesIO(content)):
            return not layout.suits_pillow
    except UnidentifiedImageError:
        return True


def _check_jpeg2000(picture: Image.Image, bits: int, content: bytes, path: str) -> None:
    """Refuses JPEG 2000 files that Pillow shifts, or rounds beyond white."""
    if is_signed(picture, content):
        raise ValueError(f'{path}: expected unsigned numbers in a JPEG 2000 file, found signed.')
    if picture.format == 'JPEG2000' and picture.mode == 'LA' and bits > 8:
        raise ValueError(f'{path}: expected grey without alpha, or of 8 bits, found {bits} bits.')


def _check_stored(picture: Image.Image, bits: int, content: bytes, path: str) -> None:
    """Refuses label files whose numbers a decoder changes."""
    if picture.mode in ('CMYK', 'LAB', 'YCbCr', 'HSV', 'RGBa'):
        raise ValueError(
            f'{path}: expected numbers or RGB in a label file, found {_words(picture)}.'
        )
    _check_jpeg2000(picture, bits, content, path)
    if picture.format == 'PPM' and picture.mode == '1':  # PBM
        raise ValueError(f'{path}: expected a label file in which 0 is black, not white.')
    if picture.format == 'JPEG2000' and bits not in (8, 16):
        raise ValueError(f'{path}: expected labels of 8 or 16 bits, found {bits}.')
    if picture.format == 'PPM' and picture.mode == 'F' and picture.info['scale'] != 1:  # PFM
        raise ValueError(
            f'{path}: expected the scale 1 or -1 in a PFM file, '
            f'found {picture.info["scale"]:g}, by which not every program multiplies.'
        )
    if picture.format == 'GIF' and picture.mode == 'P' and _is_reordered_grey(picture):
        raise ValueError(
            f'{path}: expected a GIF file whose greys stand in order, from 0 to 255, or one of '
            'colours; it is not known whether its indices or its greys are the labels.'
        )
    if (
        picture.format == 'PPM'
        and picture.mode != 'F'
        and stored_white(picture) not in (255, 65535)
    ):
        raise ValueError(
            f'{path}: expected 255 or 65535 as the largest number of the format, '
            f'found {stored_white(picture)}.'
        )
    _check_orientation(_orientation(picture, content), path)


def _check_orientation(orientation: int, path: str) -> None:
    if orientation != 1:
        raise ValueError(
            f'{path}: expected a label file without EXIF rotation, found orientation '
            f'{orientation}; store its pixels as they are to be read.'
        )


def _is_reordered_grey(picture: Image.Image) -> bool:
    palette = np.reshape(picture.getpalette() or [], (-1, 3))
    used = np.unique(np.asarray(picture))
    greys = palette[used]
    return bool((greys == greys[:, :1]).all() and (greys[:, 0] != used).any())


def _orientation(picture: Image.Image, content: bytes) -> int:
    if picture.format == 'PNG' and not any(mark in content for mark in _PNG_ORIENTATIONS):
        return 1  # without decoding the pixels, as Pillow does to search behind them
    return picture.getexif().get(_ORIENTATION, 1)


def _by_opencv(content: bytes, path: str) -> np.ndarray:
    """Decodes what Pillow reduces or does not know; RGB where there are colours."""
    with _errors_named(path):
        numbers = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if numbers is None:
        raise ValueError(
            f'{path}: broken, or nothing that OpenCV reads (which this kind of file needs); '
            f'expected {_FORMATS}.'
        )
    check_pixels(numbers.shape[1::-1], path)
    if numbers.ndim == 2:
        return numbers
    return np.ascontiguousarray(numbers[..., :3][..., ::-1])


def _high_byte(numbers: np.ndarray) -> np.ndarray:
    return (numbers >> 8).astype(np.uint8)


def _without_alpha(numbers: np.ndarray) -> np.ndarray:
    return numbers[..., :3] if numbers.ndim == 3 else numbers


def _words(picture: Image.Image) -> str:
    return _MODE_NAMES.get(picture.mode, f'pixels of mode {picture.mode}')
