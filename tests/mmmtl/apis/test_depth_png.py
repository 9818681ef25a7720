import io

import cv2
import numpy as np
import pytest
from PIL import Image

from mmmtl.apis.depth_png import read_depth_png, write_depth_png


def random_depths(low, high):
    return np.random.default_rng(0).uniform(low, high, (5, 7)).astype(np.float32)


@pytest.mark.parametrize(('low', 'high'), [(0.5, 80), (0, 1e-6), (-3, 2), (100, 1e6)])
def test_values_come_back_to_half_a_step(tmp_path, low, high):
    values = random_depths(low, high)
    scale = write_depth_png(tmp_path / 'deep' / 'a.png', values, unit='depth')
    found, unit = read_depth_png(tmp_path / 'deep' / 'a.png')
    assert unit == 'depth'
    assert found.dtype == np.float32
    assert scale == pytest.approx((values.max() - min(0, values.min())) / 65535, rel=1e-6)
    assert abs(found - values).max() <= 0.51 * scale + 1e-6 * abs(values).max()


def test_the_integers_and_the_text_say_what_they_are(tmp_path):
    values = np.array([[0.0, 1.0], [2.0, 65.535]])
    write_depth_png(tmp_path / 'a.png', values, unit='inverse_depth')
    integers = cv2.imread(str(tmp_path / 'a.png'), cv2.IMREAD_UNCHANGED)
    assert integers.dtype == np.uint16
    assert integers.tolist() == [[0, 1000], [2000, 65535]]
    with Image.open(tmp_path / 'a.png') as picture:
        text = picture.text
    assert float(text['depth_scale']) == pytest.approx(0.001)
    assert (text['depth_offset'], text['depth_unit']) == ('0.0', 'inverse_depth')


def test_a_constant_and_an_unknown_unit(tmp_path):
    for value in (0.0, 2.5, -1.25):
        write_depth_png(tmp_path / 'a.png', np.full((2, 3), value))
        found, unit = read_depth_png(tmp_path / 'a.png')
        np.testing.assert_allclose(found, value)
        assert unit is None


def test_what_cannot_be_written(tmp_path):
    with pytest.raises(ValueError, match='a.png: expected finite values, found 2'):
        write_depth_png(tmp_path / 'a.png', np.array([[1, np.nan], [np.inf, 2]]))
    with pytest.raises(ValueError, match=r'a.png: expected values of shape \(H, W\)'):
        write_depth_png(tmp_path / 'a.png', np.zeros((1, 2, 2)))
    assert not (tmp_path / 'a.png').exists()


def test_what_cannot_be_read(tmp_path):
    Image.fromarray(np.zeros((2, 2), np.uint16)).save(tmp_path / 'plain.png')
    with pytest.raises(ValueError, match='plain.png: expected depth_scale in the text'):
        read_depth_png(tmp_path / 'plain.png')
    (tmp_path / 'text.png').write_text('text')
    with pytest.raises(ValueError, match='text.png: not an image'):
        read_depth_png(tmp_path / 'text.png')
    buffer = io.BytesIO()
    Image.fromarray(random_depths(0, 1)).convert('RGB').resize((99, 99)).save(buffer, 'PNG')
    (tmp_path / 'half.png').write_bytes(buffer.getvalue()[:60])
    with pytest.raises(ValueError, match='half.png: truncated or broken'):
        read_depth_png(tmp_path / 'half.png')
    with pytest.raises(FileNotFoundError):
        read_depth_png(tmp_path / 'nowhere.png')
