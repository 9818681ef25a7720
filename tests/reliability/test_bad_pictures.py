"""Files that are no image: truncated, of another format, of absurd size or of unknown range."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.io import read_image
from tests.utils.array_files import npy, npz
from tests.utils.bad_inputs import Bad, check_refused, reading, written
from tests.utils.picture_files import by_pillow

COLORS = Image.fromarray(np.arange(32 * 48 * 3, dtype=np.uint8).reshape(32, 48, 3))
PNG = by_pillow(COLORS, 'PNG')
JPEG = by_pillow(COLORS, 'JPEG')


def archive(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w') as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return stream.getvalue()


def sized_png(width, height):
    header = PNG[12:16] + struct.pack('>II', width, height) + PNG[24:29]
    return PNG[:12] + header + struct.pack('>I', zlib.crc32(header)) + PNG[33:]


def changed(content, at, new):
    return content[:at] + new + content[at + len(new) :]


def claimed(shape):
    """The header of a .npy file of that shape, and next to no numbers."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {'descr': '<f8', 'fortran_order': False, 'shape': shape}
    )
    return stream.getvalue() + b'\0' * 16


NO_IMAGE = r'a\.\w+: not an image, or one without pixels; expected a PNG, JPEG'
BROKEN = r'a\.\w+: truncated or broken image \('
BROKEN_ARRAY = r'a\.np[yz]: truncated or broken \.np[yz] file \('
TOO_LARGE = r'a\.\w+: \d+ x \d+ pixels are more than the limit of 178956970, which .* raises'
SHAPE = r'a\.np[yz]: expected an image of shape \(H, W, 3\), found '
RANGE = r'a\.npy: expected RGB values in \[0, 1\], found '
NO_NUMBERS = r'a\.npy: expected an array of numbers in a \.npy file'

FILES = {
    'an empty PNG': ('a.png', b'', NO_IMAGE),
    'an empty JPEG': ('a.jpg', b'', NO_IMAGE),
    'an empty TIFF': ('a.tif', b'', NO_IMAGE),
    'an empty array': ('a.npy', b'', BROKEN_ARRAY),
    'an empty archive of arrays': ('a.npz', b'', BROKEN_ARRAY),
    'a web page': ('a.jpg', b'<!DOCTYPE html><title>404</title>', NO_IMAGE),
    'a table': ('a.png', b'name,depth\na,1\n', NO_IMAGE),
    'a zip archive': ('a.png', archive(a='b'), NO_IMAGE),
    'a PDF file': ('a.png', b'%PDF-1.7\n%\xe2\xe3', NO_IMAGE),
    'zeros alone': ('a.png', bytes(4096), NO_IMAGE),
    'a pointer of Git LFS': ('a.png', b'version https://git-lfs.github.com/spec/v1\n', NO_IMAGE),
    'a pointer in place of an array': ('a.npy', b'version https://git-lfs', BROKEN_ARRAY),
    'a PNG of its first bytes': ('a.png', PNG[:8], BROKEN),
    'a PNG of its header': ('a.png', PNG[:33], BROKEN),
    'half a PNG': ('a.png', PNG[: len(PNG) // 2], BROKEN),
    'a PNG without its last byte of pixels': ('a.png', PNG[:-16], BROKEN),
    'a PNG with noise for pixels': ('a.png', changed(PNG, 60, b'\xff' * 40), BROKEN),
    'a PNG of a bit depth that is none': ('a.png', changed(PNG, 24, b'\x07'), NO_IMAGE),
    'a PNG of a kind that is none': ('a.png', changed(PNG, 25, b'\x09'), NO_IMAGE),
    'a PNG of no width': ('a.png', sized_png(0, 32), NO_IMAGE),
    'a PNG of no height': ('a.png', sized_png(48, 0), NO_IMAGE),
    'a PNG that claims too many pixels': ('a.png', sized_png(90000, 90000), TOO_LARGE),
    'a PNG one line too high': ('a.png', sized_png(178956970, 2), TOO_LARGE),
    'a JPEG of its first bytes': ('a.jpg', JPEG[:3], NO_IMAGE),
    'half a JPEG': ('a.jpg', JPEG[: len(JPEG) // 2], BROKEN),
    'a JPEG of its tables': ('a.jpg', JPEG[:200], BROKEN),
    'a GIF without pixels': ('a.gif', by_pillow(COLORS, 'GIF')[:700], NO_IMAGE),
    'half a GIF': ('a.gif', by_pillow(COLORS, 'GIF')[:1000], BROKEN),
    'half a BMP': ('a.bmp', by_pillow(COLORS, 'BMP')[:700], BROKEN),
    'half a WebP': ('a.webp', by_pillow(COLORS, 'WEBP')[:200], BROKEN),
    'half a TIFF': ('a.tif', by_pillow(COLORS, 'TIFF')[:700], BROKEN),
    'a TIFF of its first bytes': ('a.tif', b'II*\0\x08\0\0\0', NO_IMAGE),
    'a TIFF whose directory is beyond its end': ('a.tif', b'II*\0\xff\xff\xff\x7f', NO_IMAGE),
    'half a JPEG 2000': ('a.jp2', by_pillow(COLORS, 'JPEG2000')[:120], BROKEN),
    'a TGA of no size': ('a.tga', bytes(18), NO_IMAGE),
    'a PPM with too few pixels': ('a.ppm', b'P6 4 4 255\nabc', BROKEN),
    'a PPM of no size': ('a.ppm', b'P6 0 4 255\n', NO_IMAGE),
    'a PPM of a negative size': ('a.ppm', b'P6 -4 4 255\n', NO_IMAGE),
    'a PPM without numbers': ('a.ppm', b'P6 wide high 255\n', BROKEN),
    'a PPM of too many pixels': ('a.ppm', b'P6 99999 99999 255\n', TOO_LARGE),
    'a BMP of too many pixels': (
        'a.bmp',
        changed(by_pillow(COLORS, 'BMP'), 18, struct.pack('<ii', 99999, 99999)),
        TOO_LARGE,
    ),
    'a GIF of no size': ('a.gif', b'GIF89a\0\0\0\0\0\0\0;', NO_IMAGE),
    'an array of its header': ('a.npy', npy(np.zeros((4, 4, 3)))[:128], BROKEN_ARRAY),
    'half an array': ('a.npy', npy(np.zeros((4, 4, 3)))[:300], BROKEN_ARRAY),
    'an array that claims too many numbers': ('a.npy', claimed((4000, 4000, 3)), BROKEN_ARRAY),
    'an array that claims too many pixels': ('a.npy', claimed((10**9, 10**9, 3)), TOO_LARGE),
    'an array with a negative side': ('a.npy', claimed((-4, 4, 3)), BROKEN_ARRAY),
    'half an archive of arrays': ('a.npz', npz(a=np.zeros((4, 4, 3)))[:300], BROKEN_ARRAY),
    'an archive with an image in it': ('a.npz', archive(**{'a.npy': PNG}), BROKEN_ARRAY),
    'an archive without arrays': ('a.npz', archive(), r'found the arrays \[\]'),
    'an archive of several arrays': ('a.npz', npz(a=[1], b=[2]), r"found the arrays \['a', 'b'\]"),
    'pickled objects': ('a.npy', npy(np.array([{}]), allow_pickle=True), BROKEN_ARRAY),
    'texts': ('a.npy', npy(np.full((4, 4, 3), 'a')), NO_NUMBERS),
    'complex numbers': ('a.npy', npy(np.zeros((4, 4, 3), complex)), NO_NUMBERS),
    'dates': ('a.npy', npy(np.zeros((4, 4, 3), 'M8[s]')), NO_NUMBERS),
    'records': ('a.npy', npy(np.zeros((4, 4), 'u1,u1,u1')), NO_NUMBERS),
    'one number': ('a.npy', npy(np.float32(1)), SHAPE),
    'grey numbers': ('a.npy', npy(np.zeros((4, 4))), SHAPE),
    'one channel': ('a.npy', npy(np.zeros((4, 4, 1))), SHAPE),
    'four channels': ('a.npy', npy(np.zeros((4, 4, 4))), SHAPE),
    'channels first': ('a.npy', npy(np.zeros((3, 4, 4))), SHAPE),
    'a batch of one': ('a.npy', npy(np.zeros((1, 4, 4, 3))), SHAPE),
    'an array without lines': ('a.npy', npy(np.zeros((0, 4, 3))), SHAPE),
    'floats up to 255': ('a.npy', npy(np.full((4, 4, 3), 255.0)), f'{RANGE}255'),
    'floats from -1': ('a.npy', npy(np.full((4, 4, 3), -1.0)), f'{RANGE}-1'),
    'a NaN': ('a.npy', npy(np.full((4, 4, 3), np.nan)), f'{RANGE}nan'),
    'an infinity': ('a.npy', npy(np.full((4, 4, 3), np.inf)), f'{RANGE}inf'),
    'integers of 64 bits': ('a.npy', npy(np.full((4, 4, 3), 200)), f'{RANGE}200'),
    'integers of 16 bits': ('a.npy', npy(np.full((4, 4, 3), 999, np.uint16)), f'{RANGE}999'),
    'a name that ends otherwise': ('a.NPY', PNG, 'a.NPY: truncated or broken'),
}


def _loop(folder):
    (folder / 'a.png').symlink_to(folder / 'a.png')
    read_image(str(folder / 'a.png'))


def _dangling(folder):
    (folder / 'a.png').symlink_to(folder / 'b.png')
    read_image(str(folder / 'a.png'))


def _folder(folder):
    (folder / 'a.png').mkdir()
    read_image(str(folder / 'a.png'))


def _limited(limit, name, content):
    def read(folder):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv('MMMTL_MAX_PIXELS', limit)
            reading(read_image, name, content)(folder)

    return read


NO_LIMIT = 'MMMTL_MAX_PIXELS: expected a positive whole number of pixels, found '
ROWS = {
    **{
        key: Bad(reading(read_image, name, content), line)
        for key, (name, content, line) in FILES.items()
    },
    'a missing file': Bad(
        lambda folder: read_image(str(folder / 'a.png')), 'a.png: no such file', FileNotFoundError
    ),
    'a link to nothing': Bad(_dangling, 'a.png: no such file', FileNotFoundError),
    'a link to itself': Bad(_loop, r'symbolic links: .*a\.png', OSError),
    'a folder': Bad(_folder, 'a.png: expected a file, found a folder'),
    'a file below a file': Bad(
        lambda folder: read_image(written(folder, 'a.png', PNG) + '/b.png'),
        r'Not a directory: .*b\.png',
        NotADirectoryError,
    ),
    'a name with a zero byte': Bad(
        lambda folder: read_image('a\0.png'),
        r"'a\\x00\.png': expected the path of a file (.*null byte)",
    ),
    'a name beyond 255 characters': Bad(
        lambda folder: read_image(str(folder / ('a' * 300 + '.png'))),
        r'File name too long: .*aaa\.png',
        OSError,
    ),
    'a limit that is no number': Bad(_limited('many', 'a.png', PNG), NO_LIMIT + "'many'"),
    'a negative limit': Bad(_limited('-1', 'a.png', PNG), NO_LIMIT + "'-1'"),
    'a limit of zero': Bad(_limited('0', 'a.png', PNG), NO_LIMIT + "'0'"),
    'an array beyond the limit': Bad(
        _limited('15', 'a.npy', npy(np.zeros((4, 4, 3)))),
        'a.npy: 4 x 4 pixels are more than the limit of 15',
    ),
    'an archived array beyond the limit': Bad(
        _limited('15', 'a.npz', npz(a=np.zeros((4, 4, 3)))),
        'a.npz: 4 x 4 pixels are more than the limit of 15',
    ),
}


@pytest.mark.parametrize('row', ROWS.values(), ids=ROWS)
def test_what_is_no_image_is_refused(row, tmp_path):
    check_refused(row, tmp_path)
