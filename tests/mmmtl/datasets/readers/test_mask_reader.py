import cv2
import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.readers import MaskReader
from tests.utils.errors import error_of

NAN = float('nan')


def read(path, **arguments):
    mask = MaskReader(**arguments)(path, {})
    assert mask.dtype == np.float32
    return mask.tolist()


def error_of_file(path, **arguments):
    return error_of(MaskReader(**arguments), path, {}).removeprefix(f'{path}: ')


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
def test_zeros_and_ones_of_a_picture(stored, dtype):
    assert read(stored(np.array([[0, 1]], dtype), 'png')) == [[0, 1]]
    assert read(stored(np.array([[0, 255]], dtype), 'png'), one=255) == [[0, 1]]
    path = stored(np.array([[0, 1, 255]], dtype), 'png')
    assert read(path, ignore=255) == [[0, 1, 255]]
    path = stored(np.array([[0, 255, 128]], dtype), 'png')
    assert read(path, one=255, ignore=128) == [[0, 1, 255]]


def test_a_picture_of_one_bit(tmp_path):
    path = str(tmp_path / 'mask.png')
    Image.fromarray(np.array([[False, True]])).save(path)
    assert read(path) == [[0, 1]]


def test_arrays(stored):
    assert read(stored(np.array([[True, False]]))) == [[1, 0]]
    assert read(stored(np.array([[1, 0, -1]])), ignore=-1) == [[1, 0, 255]]
    assert read(stored(np.array([[0, 0.25, 1]]))) == [[0, 0.25, 1]]
    assert read(stored(np.array([[[0.5], [1]]]))) == [[0.5, 1]]
    assert read(stored(np.array([[0, 51, 255]], np.float32)), one=255) == pytest.approx(
        np.array([[0, 0.2, 1]])
    )
    assert read(stored(np.array([[0.5, NAN]])), ignore=NAN) == [[0.5, 255]]
    assert read(stored(np.array([[0.5, -0.1]], np.float32)), ignore=-0.1) == [[0.5, 255]]


@pytest.mark.parametrize(
    ('values', 'arguments', 'expected'),
    [
        (np.array([[0, 255]], np.uint8), {}, '0 and 1, found 255'),
        (np.array([[0, 1]], np.uint8), dict(one=255), '0 and 255, found 1'),
        (np.array([[0, -1]]), {}, '0 and 1, found -1'),
        (np.array([[0, 2, 3]]), dict(ignore=3), '0 and 1, and 3 without a label, found 2'),
        (np.array([[0.5, 255.0]]), {}, '0 and 1, found 255'),
        (np.array([[-0.5, NAN]]), {}, '0 and 1, found -0.5, nan'),
        (np.array([[0.5, 1.5]]), dict(ignore=NAN), '0 and 1, and nan without a label, found 1.5'),
    ],
)
def test_numbers_that_may_mean_something_else_are_named(stored, values, arguments, expected):
    assert error_of_file(stored(values), **arguments) == (
        f'expected {expected}; MaskReader(one=..., ignore=...) says what numbers mean.'
    )


def test_a_picture_of_colours_is_no_mask(stored):
    path = stored(np.zeros((2, 3, 3), np.uint8), 'png')
    assert error_of_file(path) == 'expected a mask of shape (H, W), found (2, 3, 3).'


def test_a_lossy_picture_is_no_mask(tmp_path):
    path = str(tmp_path / 'mask.jpg')
    mask = np.kron(np.eye(8, dtype=np.uint8), np.ones((3, 3), np.uint8)) * 255
    cv2.imwrite(path, mask)
    assert error_of_file(path, one=255).startswith('expected 0 and 255, found 1')


def test_wrong_arguments_are_named():
    for one in (0, -1):
        with pytest.raises(ValueError, match=rf'^one: expected a number more than 0.*found {one}'):
            MaskReader(one=one)
    for ignore in (0, 255):
        message = rf'^ignore: .* other than 0 \(no\) and 255 \(yes\), found {ignore}\.$'
        with pytest.raises(ValueError, match=message):
            MaskReader(one=255, ignore=ignore)
