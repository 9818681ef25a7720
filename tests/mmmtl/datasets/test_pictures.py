"""Every cell of the table of docs/data_formats.md, beside OpenCV where it reads the same."""

import struct

import cv2
import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.pictures import convert_image, decode_image, decode_map
from tests.utils.picture_files import (
    DEEP,
    DEEP_RGB,
    GREY,
    RGB,
    by_opencv,
    by_pillow,
    png,
    signed_jpeg2000,
    tiff,
    turned_png,
)

BITS = png([b'\x1b'], 1, 0)  # 0 0 0 1 1 0 1 1
FOUR_BITS = png([b'\x01\x2f'], 4, 0)  # 0 1 2 15
TWO_BITS = png([b'\x1b'], 2, 0)  # 0 1 2 3
GREY_ALPHA_16 = png([struct.pack('>4H', 0x0102, 65535, 0x1213, 0)], 16, 4)
PALETTE = Image.fromarray(np.array([[1, 0, 2, 1]], np.uint8), 'P')
PALETTE.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
COLORS = np.array([[[40, 50, 60], [10, 20, 30], [70, 80, 90], [40, 50, 60]]], np.uint8)
ALPHA = Image.fromarray(np.dstack([RGB, GREY]), 'RGBA')
GREY_ALPHA = Image.fromarray(np.dstack([GREY, 255 - GREY]), 'LA')
JPEG2000 = by_pillow(Image.fromarray(DEEP), 'JPEG2000', irreversible=False, num_resolutions=2)
ONE_TO_EIGHT = np.array([[0, 0, 0, 1, 1, 0, 1, 1]], np.uint8)


def grey(levels):
    return np.repeat(np.asarray(levels, np.uint8)[..., None], 3, axis=2)


def by_cv2(content):
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


SAME = {
    '1 bit': (BITS, grey(ONE_TO_EIGHT * 255), ONE_TO_EIGHT),
    '2 bits': (TWO_BITS, grey([[0, 85, 170, 255]]), [[0, 1, 2, 3]]),
    '4 bits': (FOUR_BITS, grey([[0, 17, 34, 255]]), [[0, 1, 2, 15]]),
    '8 bits': (by_opencv('.png', GREY), grey(GREY), GREY),
    '8 bits, grey and alpha': (by_pillow(GREY_ALPHA, 'PNG'), grey(GREY), GREY),
    '16 bits, grey and alpha': (GREY_ALPHA_16, grey([[1, 0x12]]), [[0x0102, 0x1213]]),
    '8 bits, RGB': (by_opencv('.png', RGB), RGB, RGB),
    '8 bits, RGB and alpha': (by_pillow(ALPHA, 'PNG'), RGB, RGB),
    'palette': (by_pillow(PALETTE, 'PNG'), COLORS, [[1, 0, 2, 1]]),
    'palette in TIFF': (by_pillow(PALETTE, 'TIFF'), COLORS, [[1, 0, 2, 1]]),
    'palette and alpha': (
        by_pillow(PALETTE.convert('PA'), 'TIFF'),
        COLORS,
        [[1, 0, 2, 1]],
    ),
    '16 bits': (by_opencv('.png', DEEP), grey(DEEP >> 8), DEEP),
    '16 bits in TIFF': (tiff(DEEP), grey(DEEP >> 8), DEEP),
    '16 bits, high byte first': (
        by_pillow(Image.fromarray(DEEP.astype('>u2')), 'TIFF'),
        grey(DEEP >> 8),
        DEEP,
    ),
    '16 bits in PGM': (by_opencv('.pgm', DEEP), grey(DEEP >> 8), DEEP),
    '16 bits in JPEG 2000': (JPEG2000, grey(DEEP >> 8), DEEP),
    '16 bits, RGB': (by_opencv('.png', DEEP_RGB), RGB, DEEP_RGB),
    '16 bits, RGB and alpha': (by_opencv('.png', np.dstack([DEEP_RGB, DEEP])), RGB, DEEP_RGB),
    '16 bits, RGB in TIFF': (tiff(DEEP_RGB), RGB, DEEP_RGB),
    '16 bits, RGB in PPM': (by_opencv('.ppm', DEEP_RGB), RGB, DEEP_RGB),
}


@pytest.mark.parametrize(('content', 'image', 'numbers'), SAME.values(), ids=SAME)
def test_colours_and_numbers_of_a_mode(content, image, numbers):
    found = decode_image(content, 'a')
    assert found.dtype == np.uint8
    assert np.array_equal(found, image)
    # OpenCV rounds the 16-bit colours of TIFF files, and takes the high byte elsewhere.
    assert np.abs(found - by_cv2(content).astype(int)).max() <= (content == tiff(DEEP_RGB))
    assert np.array_equal(decode_map(content, 'a'), numbers)


@pytest.mark.parametrize('kind', ['JPEG', 'TIFF'])
def test_cmyk_is_converted_for_images_and_refused_for_labels(kind):
    content = by_pillow(Image.fromarray(RGB).convert('CMYK'), kind)
    assert np.abs(decode_image(content, 'a').astype(int) - by_cv2(content)).max() <= 1
    with pytest.raises(ValueError, match='a: expected numbers or RGB in a .*, found CMYK colours'):
        decode_map(content, 'a')


@pytest.mark.parametrize('orientation', [1, 2, 3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize('source', ['8 bits', '16 bits', 'deep colours', 'deep tiff', 'jpeg'])
def test_rotation_is_applied_to_images_and_refused_for_labels(source, orientation):
    content = {
        '8 bits': lambda: turned_png(by_opencv('.png', RGB), orientation),
        '16 bits': lambda: turned_png(by_opencv('.png', DEEP), orientation),
        'deep colours': lambda: turned_png(by_opencv('.png', DEEP_RGB), orientation),
        'deep tiff': lambda: tiff(DEEP_RGB, turn=orientation),
        'jpeg': lambda: by_pillow(Image.fromarray(RGB), 'JPEG', orientation),
    }[source]()
    found = decode_image(content, 'a')
    assert found.shape == ((32, 48, 3) if orientation < 5 else (48, 32, 3))
    assert np.abs(found - by_cv2(content).astype(int)).max() <= (source == 'deep tiff')
    if orientation == 1:
        assert decode_map(content, 'a').shape[:2] == (32, 48)
        return
    with pytest.raises(ValueError, match=f'expected a label .*, found orientation {orientation}'):
        decode_map(content, 'a')


FLOATS = np.array([[1.5, 1e5], [0, -2]], np.float32)
NUMBERS_ALONE = {
    'floats': (by_pillow(Image.fromarray(FLOATS), 'TIFF'), FLOATS, 'floats of 32 bits'),
    'floats of 64 bits': (
        by_opencv('.tiff', FLOATS.astype(float)),
        FLOATS,
        'floats of 64 bits are',
    ),
    'PFM': (b'Pf\n2 1\n-1.0\n' + struct.pack('<2f', 1.5, 1e5), FLOATS[:1], 'floats'),
    'signed': (
        by_opencv('.tiff', FLOATS.astype(np.int32)),
        FLOATS // 1,
        'signed integers of 32 bits are',
    ),
    'unsigned': (
        tiff(np.array([[7, 2**32 - 1]], np.uint32), bits=32),
        [[7, 2**32 - 1]],
        'unsigned integers of 32 bits',
    ),
}


@pytest.mark.parametrize(('content', 'numbers', 'words'), NUMBERS_ALONE.values(), ids=NUMBERS_ALONE)
def test_numbers_of_unknown_range_are_no_colours(content, numbers, words):
    found = decode_map(content, 'a')
    assert np.array_equal(found, np.trunc(numbers) if 'integers' in words else numbers)
    with pytest.raises(ValueError, match=f'a: {words}.* no colours of known range'):
        decode_image(content, 'a')


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        (b'P5 2 1 1000\n\0\1\0\2', '255 or 65535 as the largest number .*, found 1000'),
        (b'P5 2 1 20\n\1\2', '255 or 65535 as the largest number .*, found 20'),
        (b'P4 8 1\n\1', 'in which 0 is black, not white'),
        (tiff(GREY, bits=8, photometric=0), 'in which 0 is black, not white'),
        (by_pillow(Image.new('LAB', (2, 2)), 'TIFF'), 'found Lab colours'),
        (b'Pf\n2 1\n-2.5\n' + bytes(8), 'expected the scale 1 or -1 in a PFM file, found 2.5'),
        (by_pillow(Image.fromarray(GREY), 'GIF'), 'expected a GIF file whose greys stand in order'),
        (signed_jpeg2000(JPEG2000), 'expected unsigned numbers in a JPEG 2000 file'),
        (b'v/1\x01', 'an OpenEXR file, which neither Pillow'),
    ],
)
def test_numbers_that_a_decoder_changes_are_refused(content, message):
    with pytest.raises(ValueError, match=f'^a: .*{message}'):
        decode_map(content, 'a')


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        (by_pillow(Image.new('LAB', (2, 2)), 'TIFF'), 'Lab colours are no colours of known range'),
        (tiff(DEEP, photometric=0), '16-bit image in which 0 is black'),
        (tiff(np.zeros((2, 3), np.uint8), bits=12), '8 or 16 bits a channel, found .* of 12 bits'),
        (b'v/1\x01', 'an OpenEXR file'),
        (signed_jpeg2000(JPEG2000), 'expected unsigned numbers in a JPEG 2000 file'),
        (png([b''], 8, 0, width=0), 'not an image, or one without pixels'),
    ],
)
def test_images_of_unknown_range_are_refused(content, message):
    with pytest.raises(ValueError, match=f'^a: .*{message}'):
        decode_image(content, 'a')


def outcome_of(decode, content):
    try:
        return str(decode(content, 'a').dtype)
    except ValueError as error:
        return str(error)


def test_any_damage_is_an_error_with_the_name_or_a_picture():
    rng = np.random.default_rng(0)
    for content, *_ in SAME.values():
        for decode in (decode_image, decode_map):
            damaged = bytearray(content)
            for place in rng.integers(8, len(damaged), 3):
                damaged[place] ^= 1 << rng.integers(8)
            outcome = outcome_of(decode, bytes(damaged))
            assert outcome.startswith(('uint', 'int', 'a: '))


@pytest.mark.parametrize('mode', ['1', 'L', 'LA', 'P', 'RGB', 'RGBA', 'CMYK', 'RGBa', 'La'])
def test_images_open_in_pillow(mode):
    base = ALPHA.convert('RGB' if mode in ('P', '1', 'L', 'CMYK', 'RGB') else 'RGBA')
    image = (base if mode != 'La' else GREY_ALPHA).convert(mode)
    found = convert_image(image, 'a')
    assert found.shape == (32, 48, 3)
    if mode in ('RGB', 'RGBA', 'CMYK'):
        assert np.array_equal(found, RGB)
    assert np.array_equal(convert_image(Image.fromarray(DEEP), 'a'), grey(DEEP >> 8))
    with pytest.raises(ValueError, match='a: floats are no colours'):
        convert_image(Image.fromarray(FLOATS), 'a')
