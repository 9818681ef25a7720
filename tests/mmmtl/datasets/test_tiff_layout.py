"""TIFF files whose numbers Pillow or OpenCV change: decoded rightly, or refused by name."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.pictures import convert_image, decode_image, decode_map
from mmmtl.datasets.tiff_layout import (
    check_tiff_colors,
    check_tiff_labels,
    read_tiff_layout,
)
from tests.utils.picture_files import DEEP, DEEP_RGB, GREY, RGB, tiff

SIGNED = DEEP.astype(np.int32) - 30000
KINDS = {
    'int8': (GREY.view(np.int8), 8, 2),
    'uint16': (DEEP, 16, 1),
    'int16': (SIGNED.astype(np.int16), 16, 2),
    'uint32': (DEEP.astype(np.uint32) * 65537, 32, 1),
    'int32': (SIGNED * 65537, 32, 2),
    'float32': (DEEP.astype(np.float32) / 7, 32, 3),
    'float64': (DEEP / 7, 64, 3),
    'uint16 RGB': (DEEP_RGB, 16, 1),
    'int16 RGB': (DEEP_RGB.view(np.int16), 16, 2),
    'float32 RGB': (DEEP_RGB.astype(np.float32), 32, 3),
}


@pytest.mark.parametrize('compressed', [False, True])
@pytest.mark.parametrize('order', '<>')
@pytest.mark.parametrize(('stored', 'bits', 'kind'), KINDS.values(), ids=KINDS)
def test_labels_are_the_stored_numbers(stored, bits, kind, order, compressed):
    content = tiff(stored, bits, kind=kind, order=order, compressed=compressed)
    found = decode_map(content, 'a')
    assert found.dtype.kind == stored.dtype.kind
    assert found.dtype.isnative
    assert np.array_equal(found, stored)
    layout = read_tiff_layout(content)
    assert layout.size == (48, 32)
    assert layout.bits == bits
    assert layout.channels == (3 if stored.ndim == 3 else 1)
    if kind == 1 and bits == 16:
        levels = stored >> 8 if stored.ndim == 3 else np.dstack([stored >> 8] * 3)
        assert np.array_equal(decode_image(content, 'a'), levels)
        return
    with pytest.raises(ValueError, match=f'a: .* of {bits} bits.* are no colours of known range'):
        decode_image(content, 'a')


GREY_ALPHA = np.dstack([DEEP, DEEP[::-1]])
WITH_ALPHA = np.dstack([RGB, GREY])
REFUSED = {
    'grey and alpha': (tiff(GREY_ALPHA, extra=2), 'of 16 bits in 2 channels', True),
    'two channels': (tiff(GREY_ALPHA >> 8, 8), 'of 8 bits in 2 channels', True),
    'planes': (tiff(DEEP_RGB, planes=True), 'of 16 bits in 3 channels', True),
    'premultiplied': (tiff(WITH_ALPHA, 8, extra=1), 'without premultiplied alpha', False),
    'deep, premultiplied': (tiff(WITH_ALPHA * np.uint16(9), extra=1), 'in 4 channels', True),
    '10 bits': (tiff(GREY, 10), 'integers of 10 bits', True),
    '14 bits': (tiff(GREY, 14), 'integers of 14 bits', True),
    '12 bits': (tiff(GREY, 12, order='>'), 'integers of 12 bits', True),
    'half floats': (tiff(DEEP, kind=3), 'floats of 16 bits', True),
    'five channels': (tiff(np.dstack([RGB, RGB[..., :2]]), 8, 1), 'in 5 channels', True),
    'white is 0': (tiff(DEEP, photometric=0, order='>'), 'in which 0 is black, not white', True),
    'turned': (tiff(DEEP / 7, 64, kind=3, turn=6), 'found orientation 6', False),
    'broken': (b'II*\0\xff\xff\xff\xff', 'not an image', True),
}


@pytest.mark.parametrize(('content', 'words', 'images_too'), REFUSED.values(), ids=REFUSED)
def test_what_no_decoder_gives_is_named(content, words, images_too):
    with pytest.raises(ValueError, match=f'^a: .*{words}'):
        decode_map(content, 'a')
    if images_too:
        with pytest.raises(ValueError, match='^a: .*' + words.replace('without premul', '')):
            decode_image(content, 'a')


def test_colours_are_free_of_the_alpha_that_multiplied_them():
    alpha = np.full((1, 1), 128, np.uint8)
    stored = np.dstack([np.uint8([[[64, 32, 0]]]), alpha])
    (((red, green, blue),),) = decode_image(tiff(stored, 8, extra=1), 'a')
    assert (red, green, blue) == (127, 63, 0)  # 64 * 255 / 128, as Pillow rounds


def test_8_bits_may_stand_in_planes():
    for decode in (decode_image, decode_map):
        assert np.array_equal(decode(tiff(RGB, 8, planes=True), 'a'), RGB)


def test_a_huge_claim_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setenv('MMMTL_MAX_PIXELS', '1000')
    for decode in (decode_image, decode_map):
        with pytest.raises(ValueError, match='a: 48 x 32 pixels are more than the limit of 1000'):
            decode(tiff(DEEP / 7, 64, kind=3), 'a')


@pytest.mark.parametrize('content', [tiff(GREY, 12), tiff(GREY, 8, kind=2)])
def test_an_image_open_in_pillow_keeps_to_the_rule(content, tmp_path):
    (tmp_path / 'a.tif').write_bytes(content)
    with (
        Image.open(tmp_path / 'a.tif') as picture,
        pytest.raises(ValueError, match='^a: .* integers of'),
    ):
        convert_image(picture, 'a')


def test_checks_pass_what_is_decoded():
    layout = read_tiff_layout(tiff(DEEP, order='>'))
    check_tiff_colors(layout, 'a')
    check_tiff_labels(layout, 'a')
    assert str(layout) == 'unsigned integers of 16 bits'
    assert (
        str(read_tiff_layout(tiff(DEEP_RGB / 7, 64, kind=3))) == 'floats of 64 bits in 3 channels'
    )
