import numpy as np
import pytest

from mmmtl.datasets.readers import VectorReader
from tests.utils.errors import error_of

NAN = float('nan')


def error_of_file(path, **arguments):
    return error_of(VectorReader(**arguments), path, {}).removeprefix(f'{path}: ')


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
def test_colours_are_shares_of_the_largest_number(stored, dtype):
    largest = np.iinfo(dtype).max
    red = np.array([[[largest, 0, largest // 5]]], dtype)
    # OpenCV writes blue, green, red.
    for path in (stored(red[..., ::-1], 'png'), stored(red, 'npy')):
        values = VectorReader(channels=3)(path, {})
        assert values.dtype == np.float32
        assert values[0, 0].tolist() == pytest.approx([1, 0, 0.2])
    assert VectorReader(channels=3, scale=10)(path, {})[0, 0].tolist() == pytest.approx([10, 0, 2])


@pytest.mark.parametrize('dtype', [np.float64, np.float16, np.int16])
def test_other_numbers_are_what_they_are(stored, dtype):
    flow = np.array([[[1, -300], [0, 2]]], dtype)
    assert VectorReader(channels=2)(stored(flow), {}).tolist() == [[[1, -300], [0, 2]]]
    read = VectorReader(channels=2, scale=-0.5)
    assert read(stored(flow), {}).tolist() == [[[-0.5, 150], [0, -1]]]


def test_pixels_without_a_label(stored):
    flow = np.array([[[1, NAN], [2, 4], [NAN, NAN]]])
    values = VectorReader(channels=2, scale=0.5)(stored(flow), {})
    np.testing.assert_array_equal(values, [[[NAN, NAN], [1, 2], [NAN, NAN]]])
    # The number stays what the task calls invalid, and counts only where all channels have it.
    flow = np.array([[[-1, -1], [-1, 4]]], np.float32)
    values = VectorReader(channels=2, scale=0.5, invalid=-1)(stored(flow), {})
    assert values.tolist() == [[[-1, -1], [-0.5, 2]]]
    black = np.array([[[0, 0], [0, 255]]], np.uint8)
    values = VectorReader(channels=2, invalid=0)(stored(black), {})
    assert values.tolist() == [[[0, 0], [0, 1]]]


def test_numbers_that_are_none_are_named(stored):
    expected = 'expected finite numbers, found NaN or infinity.'
    for number in (NAN, np.inf):
        path = stored(np.array([[[number, 1]]]))
        assert error_of_file(path, channels=2, invalid=0) == expected
    assert error_of_file(stored(np.array([[[np.inf, 1]]])), channels=2) == expected
    assert error_of_file(stored(np.array([[[1e300, 1]]])), channels=2) == expected


@pytest.mark.parametrize('shape', [(2, 2), (2, 2, 2), (2, 2, 4)])
def test_other_shapes_are_named(stored, shape):
    message = error_of_file(stored(np.zeros(shape)), channels=3)
    assert message == f'expected numbers of shape (H, W, 3), found shape {shape}.'


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match=r'^channels: expected at least 2, found 1\.$'):
        VectorReader(channels=1)
    for scale in (0, NAN, np.inf):
        with pytest.raises(ValueError, match=rf'^scale: .* other than 0, found {scale}\.$'):
            VectorReader(channels=2, scale=scale)


def test_a_mark_that_the_type_of_the_file_rounds_is_found(stored):
    path = stored(np.array([[[0.1, 0.1], [0.1, 1]]], np.float32))
    values = VectorReader(2, scale=2, invalid=0.1)(path, {})
    np.testing.assert_array_equal(values, np.array([[[0.1, 0.1], [0.2, 2]]], np.float32))


def test_a_mark_that_shares_never_are_is_named(stored):
    path = stored(np.full((2, 3, 3), 255, np.uint8))
    assert error_of_file(path, channels=3, invalid=255) == (
        'unsigned integers are read as shares of 255, from 0 to 1, among which '
        'invalid=255 never is.'
    )
