import warnings

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.io import read_image, read_map
from mmmtl.datasets.pixel_limit import (
    DEFAULT_PIXEL_LIMIT,
    PIXEL_LIMIT_VARIABLE,
    check_pixels,
    pixel_limit,
    set_pixel_limit,
    without_pillows_limit,
)
from tests.utils.picture_files import by_opencv, png


@pytest.fixture(autouse=True)
def _no_limit_stays(monkeypatch):
    monkeypatch.setenv(PIXEL_LIMIT_VARIABLE, '')


def test_the_variable_states_the_limit(monkeypatch):
    assert pixel_limit() == DEFAULT_PIXEL_LIMIT
    set_pixel_limit(12)
    assert pixel_limit() == 12
    check_pixels((3, 4), 'a')
    with pytest.raises(ValueError, match='a: 4 x 4 pixels are more than the limit of 12, which .*'):
        check_pixels((4, 4), 'a')
    with pytest.raises(ValueError, match='max_pixels: expected at least 1, found 0'):
        set_pixel_limit(0)
    monkeypatch.setenv(PIXEL_LIMIT_VARIABLE, '1e9')
    with pytest.raises(ValueError, match="MMMTL_MAX_PIXELS: expected a positive .*, found '1e9'"):
        pixel_limit()
    with pytest.raises(ValueError, match='^a: MMMTL_MAX_PIXELS: expected a positive'):
        check_pixels((1, 1), 'a')


@pytest.mark.parametrize('read', [read_image, read_map])
@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
def test_whatever_reads_pictures_keeps_to_it(tmp_path, read, dtype):
    path = tmp_path / 'a.png'
    path.write_bytes(by_opencv('.png', np.ones((4, 5, 3), dtype)))
    set_pixel_limit(20)
    assert read(str(path)).shape == (4, 5, 3)
    set_pixel_limit(19)
    with pytest.raises(ValueError, match=rf'{path}: 5 x 4 pixels .* the limit of 19'):
        read(str(path))


def test_pillows_own_limit_gives_way_and_comes_back(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, 'MAX_IMAGE_PIXELS', 10)
    path = tmp_path / 'a.png'
    path.write_bytes(by_opencv('.png', np.ones((4, 6, 3), np.uint8)))
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        assert read_image(str(path)).shape == (4, 6, 3)
    assert Image.MAX_IMAGE_PIXELS == 10
    with without_pillows_limit():
        assert Image.MAX_IMAGE_PIXELS is None


def test_a_small_file_of_many_pixels_is_refused_before_it_is_decoded(tmp_path):
    path = tmp_path / 'bomb.png'
    path.write_bytes(png([b''], 8, 0, width=200_000_000))
    with pytest.raises(ValueError, match='bomb.png: 200000000 x 1 pixels are more than'):
        read_image(str(path))
