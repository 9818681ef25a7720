"""What Pillow's mode of a picture does not say of the numbers in its file."""

from __future__ import annotations

from typing import Any

from PIL import Image

_PNG_BITS, _PNG_KIND = 24, 25  # bytes of a PNG file
_PNG_GREY_ALPHA = 4
_JPEG2000_START = b'\xff\x4f\xff\x51'  # of the codestream
_JPEG2000_BITS = 42  # byte from there with a precision less 1; the highest bit is the sign
_TIFF_BITS, _TIFF_PHOTOMETRIC, _TIFF_SAMPLE = 258, 262, 339  # tags of a TIFF file
_TIFF_WHITE_IS_ZERO, _TIFF_UNSIGNED = 0, 1


def stored_bits(picture: Image.Image, content: bytes) -> int:
    """Tells the bits of a channel, which Pillow may have reduced to 8.

    Args:
        picture: What Pillow opened.
        content: The file.

    Returns:
        Bits of the deepest channel; 8 for formats that know no others.
    """
    if picture.format == 'PNG':
        return content[_PNG_BITS]
    if picture.format == 'TIFF':
        return max(_tag(picture, _TIFF_BITS, (1,)))
    if picture.format == 'JPEG2000':
        start = content.find(_JPEG2000_START)
        return (content[start + _JPEG2000_BITS] & 0x7F) + 1
    if picture.format == 'PPM':
        return stored_white(picture).bit_length()
    return 8


def stored_white(picture: Image.Image) -> int:
    """Tells the number that means white in a PPM or PGM file; Pillow scales it to 255 or 65535.

    Args:
        picture: What Pillow opened, before its pixels are loaded.

    Returns:
        The number.
    """
    (tile,) = getattr(picture, 'tile', [])
    if isinstance(tile.args, tuple) and isinstance(tile.args[-1], int) and tile.args[-1] > 0:
        return tile.args[-1]
    return 65535 if picture.mode == 'I' else 255


def is_grey(picture: Image.Image, content: bytes) -> bool:
    """Tells whether colours are grey ones with alpha, which Pillow may give as RGBA.

    Args:
        picture: What Pillow opened.
        content: The file.

    Returns:
        Whether there is one channel beside alpha.
    """
    is_grey_png = picture.format == 'PNG' and content[_PNG_KIND] == _PNG_GREY_ALPHA
    return picture.mode in ('LA', 'La') or is_grey_png


def is_white_zero(picture: Image.Image) -> bool:
    """Tells whether 0 is white in the file, so that Pillow may give other numbers.

    Args:
        picture: What Pillow opened.

    Returns:
        True for PBM files and such TIFF files.
    """
    if picture.format == 'TIFF':
        return _tag(picture, _TIFF_PHOTOMETRIC, None) == _TIFF_WHITE_IS_ZERO
    return picture.format == 'PPM' and picture.mode == '1'


def is_unsigned(picture: Image.Image) -> bool:
    """Tells whether a TIFF file holds unsigned integers, which Pillow gives as signed.

    Args:
        picture: What Pillow opened.

    Returns:
        Whether its integers are unsigned.
    """
    return picture.format == 'TIFF' and max(_tag(picture, _TIFF_SAMPLE, (1,))) == _TIFF_UNSIGNED


def _tag(picture: Image.Image, number: int, default: Any) -> Any:
    return getattr(picture, 'tag_v2', {}).get(number, default)
