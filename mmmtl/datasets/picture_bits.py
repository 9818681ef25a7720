"""What Pillow's mode of a picture does not say of the numbers in its file."""

from __future__ import annotations

from PIL import Image, TiffImagePlugin

from mmmtl.datasets.tiff_layout import layout_of

_PNG_BITS, _PNG_KIND = 24, 25  # bytes of a PNG file
_PNG_GREY_ALPHA = 4
_JPEG2000_START = b'\xff\x4f\xff\x51'  # of the codestream
_JPEG2000_DEPTH, _JPEG2000_SIGN = 42, 128  # byte from there with the bits less 1, and its sign bit


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
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        return layout_of(picture.tag_v2).bits
    if picture.format == 'JPEG2000':
        return _jpeg2000_depth(content) % _JPEG2000_SIGN + 1
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


def is_signed(picture: Image.Image, content: bytes) -> bool:
    """Tells whether a JPEG 2000 file holds signed numbers, which Pillow gives shifted.

    Args:
        picture: What Pillow opened.
        content: The file.

    Returns:
        Whether its first channel is signed.
    """
    return picture.format == 'JPEG2000' and _jpeg2000_depth(content) >= _JPEG2000_SIGN


def _jpeg2000_depth(content: bytes) -> int:
    return content[content.find(_JPEG2000_START) + _JPEG2000_DEPTH]
