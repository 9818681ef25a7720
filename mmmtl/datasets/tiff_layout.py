"""How the numbers of a TIFF file are laid out, which decides who decodes them rightly."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import TiffImagePlugin, UnidentifiedImageError

_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC = 256, 257, 258, 262  # numbers of tags
_ORIENTATION, _CHANNELS, _PLANAR, _EXTRA, _FORMAT = 274, 277, 284, 338, 339
_KINDS = {1: 'unsigned', 2: 'signed', 3: 'floats'}  # values of tags
_SEPARATE_PLANES, _ASSOCIATED_ALPHA = 2, 1
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _INKS = 0, 1, 2, 5
_LOW_BYTE_FIRST = b'II'
_COLORS = 'expected an image of 8 or 16 bits a channel'
_LABELS = 'expected labels of 8, 12, 16, 32 or 64 bits, without premultiplied alpha'
_NUMPY_TYPES = {
    *((kind, bits) for kind in ('unsigned', 'signed') for bits in (8, 16, 32, 64)),
    ('floats', 32),
    ('floats', 64),
}


@dataclass(frozen=True)
class TiffLayout:
    """What the tags of a TIFF file say of its numbers.

    Args:
        size: Width and height.
        bits: Bits of the deepest channel.
        kind: ``'unsigned'``, ``'signed'``, ``'floats'``, or another where the file says so.
        channels: Numbers a pixel, alpha among them.
        is_white_zero: Whether 0 is white.
        is_cmyk: Whether the channels are inks.
        is_premultiplied: Whether colours were multiplied by alpha.
        orientation: EXIF orientation; 1 is none.
        suits_pillow: Whether Pillow, where it opens the file, gives these numbers as they are. It
            takes signed bytes for unsigned ones, turns the bytes of signed integers and of floats
            that are stored with the high byte first and compressed, and halves 16-bit colours.
        suits_opencv: Whether OpenCV gives these numbers as they are. It mixes channels that are
            stored one after the other, halves grey with alpha to 8 bits, and spreads 10 to 14 bits
            over 16.
    """

    size: tuple[int, int]
    bits: int
    kind: str
    channels: int
    is_white_zero: bool
    is_cmyk: bool
    is_premultiplied: bool
    orientation: int
    suits_pillow: bool
    suits_opencv: bool

    def __str__(self) -> str:
        """Names the numbers, as errors do."""
        kind = self.kind if self.kind == 'floats' else f'{self.kind} integers'
        where = f' in {self.channels} channels' if self.channels > 1 else ''
        return f'{kind} of {self.bits} bits{where}'


def read_tiff_layout(content: bytes) -> TiffLayout:
    """Reads the tags of the first page.

    Args:
        content: The file.

    Returns:
        What they say.

    Raises:
        UnidentifiedImageError: If they do not say the size.
        Exception: Of many kinds, if the file is broken otherwise.
    """
    head = content[: 16 if content[2] == 43 else 8]
    tags = TiffImagePlugin.ImageFileDirectory_v2(head)
    stream = io.BytesIO(content)
    stream.seek(tags.next)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # of what then is an error
        tags.load(stream)
    if not {_WIDTH, _HEIGHT} <= tags.keys():
        raise UnidentifiedImageError
    return layout_of(tags)


def layout_of(tags: TiffImagePlugin.ImageFileDirectory_v2) -> TiffLayout:
    """Says what tags mean.

    Args:
        tags: Values by their numbers, as Pillow gives them.

    Returns:
        The layout.
    """
    bits = max(_several(tags, _BITS, 1))
    formats = set(_several(tags, _FORMAT, 1))
    kind = _KINDS.get(formats.pop(), 'other') if len(formats) == 1 else 'mixed'
    channels = tags.get(_CHANNELS, 1)
    photometric = tags.get(_PHOTOMETRIC)
    premultiplied = _ASSOCIATED_ALPHA in _several(tags, _EXTRA, 0)
    planes = channels > 1 and tags.get(_PLANAR) == _SEPARATE_PLANES
    return TiffLayout(
        size=(tags[_WIDTH], tags[_HEIGHT]),
        bits=bits,
        kind=kind,
        channels=channels,
        is_white_zero=photometric == _WHITE_IS_ZERO,
        is_cmyk=photometric == _INKS,
        is_premultiplied=premultiplied,
        orientation=tags.get(_ORIENTATION, 1),
        suits_pillow=(
            (kind == 'unsigned' and bits <= 8)
            or (kind == 'unsigned' and bits in (12, 16) and channels == 1)
            or (bits in (16, 32) and channels == 1 and tags.prefix == _LOW_BYTE_FIRST)
        ),
        suits_opencv=(
            (kind, bits) in _NUMPY_TYPES
            and channels in (1, 3, 4)
            and not (planes or premultiplied)
            and photometric in (_BLACK_IS_ZERO, _RGB)
        ),
    )


def check_tiff_colors(layout: TiffLayout, path: str) -> None:
    """Refuses a TIFF image whose colours cannot be read as those of other files are.

    Args:
        layout: How its numbers are laid out.
        path: What the error calls it.

    Raises:
        ValueError: If white is not the largest number of 8 or 16 bits, or no decoder gives them.
    """
    if layout.kind != 'unsigned' or layout.bits > 16:
        raise ValueError(f'{path}: {layout} are no colours of known range; {_COLORS}.')
    if layout.is_white_zero and layout.bits == 16:
        raise ValueError(f'{path}: expected a 16-bit image in which 0 is black, not white.')
    is_deep = layout.bits > 8 and not layout.is_cmyk
    if is_deep and not (layout.bits == 16 and layout.suits_opencv):
        raise ValueError(f'{path}: {_COLORS}, found {layout}.')


def check_tiff_labels(layout: TiffLayout, path: str) -> None:
    """Refuses TIFF labels that no decoder gives as they are stored.

    Args:
        layout: How its numbers are laid out.
        path: What the error calls it.

    Raises:
        ValueError: If no decoder does.
    """
    if layout.is_white_zero:
        raise ValueError(f'{path}: expected a label file in which 0 is black, not white.')
    if layout.is_premultiplied or not (layout.suits_pillow or layout.suits_opencv):
        raise ValueError(f'{path}: {_LABELS}, found {layout}.')


def _several(tags: Mapping[int, Any], number: int, default: int) -> tuple[int, ...]:
    value = tags.get(number, default)
    return value if isinstance(value, tuple) else (value,)
