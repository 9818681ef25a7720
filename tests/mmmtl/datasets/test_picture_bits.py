import io

import pytest
from PIL import Image

from mmmtl.datasets.picture_bits import (
    is_grey,
    is_signed,
    stored_bits,
    stored_white,
)
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
)


@pytest.mark.parametrize(
    ('content', 'bits'),
    [
        (png([b'\x1b'], 2, 0), 2),
        (by_opencv('.png', DEEP_RGB), 16),
        (tiff(DEEP_RGB), 16),
        (tiff(GREY, bits=12), 12),
        (by_pillow(Image.fromarray(DEEP), 'JPEG2000', num_resolutions=2), 16),
        (by_pillow(Image.fromarray(RGB), 'JPEG2000', num_resolutions=2), 8),
        (b'P6 1 1 65535\n' + bytes(6), 16),
        (b'P5 1 1 1000\n' + bytes(2), 10),
        (by_pillow(Image.fromarray(RGB), 'BMP'), 8),
    ],
)
def test_bits_of_a_channel(content, bits):
    assert stored_bits(Image.open(io.BytesIO(content)), content) == bits


@pytest.mark.parametrize(
    ('content', 'white'),
    [(b'P5 1 1 65535\n\0\0', 65535), (b'P5 1 1 255\n\0', 255), (b'P2 1 1 9\n1\n', 9)],
)
def test_white_of_a_grey_map(content, white):
    assert stored_white(Image.open(io.BytesIO(content))) == white


def test_what_else_the_mode_does_not_say():
    content = png([bytes(8)], 16, 4)
    assert is_grey(Image.open(io.BytesIO(content)), content)
    content = by_opencv('.png', RGB)
    assert not is_grey(Image.open(io.BytesIO(content)), content)


def test_sign_of_a_jpeg2000_file():
    content = by_pillow(Image.fromarray(DEEP), 'JPEG2000', num_resolutions=2)
    assert not is_signed(Image.open(io.BytesIO(content)), content)
    content = signed_jpeg2000(content)
    assert is_signed(Image.open(io.BytesIO(content)), content)
    assert stored_bits(Image.open(io.BytesIO(content)), content) == 16
    assert not is_signed(Image.open(io.BytesIO(tiff(GREY, bits=8))), b'')
