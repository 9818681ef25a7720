"""Picture files of every kind, as bytes."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
from PIL import Image

DEEP = np.kron(
    np.arange(0, 65536, 4112, dtype=np.uint16).reshape(4, 4) + np.uint16(130),
    np.ones((8, 12), np.uint16),
)
"""16 bit, (32, 48): 130 to 61810, low bytes other than 0."""
DEEP_RGB = np.stack([DEEP, DEEP[::-1], DEEP[:, ::-1]], axis=-1).copy()
RGB = (DEEP_RGB >> 8).astype(np.uint8)
GREY = RGB[..., 0].copy()


def by_opencv(suffix: str, array: np.ndarray) -> bytes:
    """Encodes with OpenCV, which takes blue, green, red."""
    order = [2, 1, 0, *range(3, array.shape[2])] if array.ndim == 3 else ...
    return cv2.imencode(suffix, array[..., order] if array.ndim == 3 else array)[1].tobytes()


def grey_row(*numbers: int, dtype: type = np.uint8) -> bytes:
    """A grey PNG file of shape (1, W)."""
    return by_opencv('.png', np.array([numbers], dtype))


def by_pillow(image: Image.Image, kind: str, orientation: int = 1, **settings) -> bytes:
    stream = io.BytesIO()
    if orientation != 1:
        exif = image.getexif()
        exif[0x0112] = orientation
        settings['exif'] = exif
    image.save(stream, kind, **settings)
    return stream.getvalue()


def _chunk(name: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(name + content)
    return struct.pack('>I', len(content)) + name + content + struct.pack('>I', crc)


def png(rows: list[bytes], bits: int, kind: int, width: int | None = None) -> bytes:
    """A PNG file from packed rows; kind 0 is grey, 4 is grey with alpha."""
    size = len(rows[0]) * 8 // bits // {0: 1, 4: 2}[kind] if width is None else width
    head = struct.pack('>IIBBBBB', size, len(rows), bits, kind, 0, 0, 0)
    pixels = zlib.compress(b''.join(b'\0' + row for row in rows))
    start = b'\x89PNG\r\n\x1a\n' + _chunk(b'IHDR', head)
    return start + _chunk(b'IDAT', pixels) + _chunk(b'IEND', b'')


def turned_png(content: bytes, orientation: int) -> bytes:
    """A PNG file with an EXIF orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return content[:33] + _chunk(b'eXIf', exif.tobytes()[6:]) + content[33:]


def signed_jpeg2000(content: bytes) -> bytes:
    """The same file, whose header says that its numbers are signed."""
    place = content.index(b'\xff\x4f\xff\x51') + 42
    return content[:place] + bytes([content[place] | 128]) + content[place + 1 :]


def tiff(
    array: np.ndarray,
    bits: int = 16,
    photometric: int | None = None,
    turn: int = 1,
    order: str = '<',
    compressed: bool = False,
    kind: int = 1,
    planes: bool = False,
    extra: int = 0,
) -> bytes:
    """A TIFF file of one strip; bits only states what the header says.

    ``kind`` is 1 for unsigned, 2 for signed, 3 for floats; ``planes`` stores channel after channel;
    ``extra`` says what a last channel is: 1 premultiplied alpha, 2 alpha.
    """
    height, width = array.shape[:2]
    channels = 1 if array.ndim == 2 else array.shape[2]
    if planes:
        array = np.moveaxis(array, 2, 0)
    data = array.astype(array.dtype.newbyteorder(order)).tobytes()
    data = zlib.compress(data) if compressed else data
    strips = channels if planes else 1
    photometric = (1 if channels < 3 else 2) if photometric is None else photometric
    entries = {
        256: (4, [width]),
        257: (4, [height]),
        258: (3, [bits] * channels),
        259: (3, [8 if compressed else 1]),
        262: (3, [photometric]),
        273: (4, [0] * strips),
        274: (3, [turn]),
        277: (3, [channels]),
        278: (4, [height]),
        279: (4, [len(data) // strips] * strips),
        284: (3, [2 if planes else 1]),
        **({338: (3, [extra])} if extra else {}),
        339: (3, [kind] * channels),
    }
    end = 8 + 2 + 12 * len(entries) + 4
    size = {3: 2, 4: 4}
    longs = {tag: len(v) * size[t] for tag, (t, v) in entries.items() if len(v) * size[t] > 4}
    start = end + sum(longs.values())
    entries[273] = (4, [start + i * len(data) // strips for i in range(strips)])
    directory, behind = b'', b''
    for tag, (form, values) in entries.items():
        packed = struct.pack(f'{order}{len(values)}{"H" if form == 3 else "I"}', *values)
        if tag in longs:
            behind += packed
            packed = struct.pack(f'{order}I', end + len(behind) - len(packed))
        directory += struct.pack(f'{order}HHI', tag, form, len(values)) + packed.ljust(4, b'\0')
    head = (b'II' if order == '<' else b'MM') + struct.pack(f'{order}HIH', 42, 8, len(entries))
    return head + directory + b'\0' * 4 + behind + data
