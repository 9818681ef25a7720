import numpy as np
import pytest

from mmmtl.datasets.readers import ScalarReader
from tests.utils.errors import error_of


def test_scalars(stored):
    values = ScalarReader(scale=0.001)(stored(np.array([[0, 1500]], np.uint16), 'png'), {})
    assert values.dtype == np.float32
    assert values.tolist() == [[0, 1.5]]
    for bad, reason in (
        (np.array([[-0.5]]), 'found -0.5'),
        (np.array([[np.nan]]), 'NaN or infinity'),
        (np.array([[np.inf]]), 'NaN or infinity'),
        (np.zeros((2, 2, 3)), r'values of shape \(H, W\)'),
    ):
        with pytest.raises(ValueError, match=rf'label.npy.*{reason}'):
            ScalarReader()(stored(bad), {})
    with pytest.raises(ValueError, match='scale: expected a positive number'):
        ScalarReader(scale=0)
    for scale in (float('nan'), float('inf'), -1):
        with pytest.raises(ValueError, match=f'scale: expected a positive number, found {scale}'):
            ScalarReader(scale=scale)


def test_the_number_of_pixels_without_a_label_stays(stored):
    values = ScalarReader(scale=0.5, invalid=-1)(stored(np.array([[-1, 0, 3]])), {})
    assert values.tolist() == [[-1, 0, 1.5]]
    nan = float('nan')
    values = ScalarReader(scale=0.5, invalid=nan)(stored(np.array([[nan, 0, 3]])), {})
    np.testing.assert_array_equal(values, [[nan, 0, 1.5]])
    path = stored(np.array([[65535, 2]], np.uint16), 'png')
    assert ScalarReader(invalid=65535)(path, {}).tolist() == [[65535, 2]]


def test_numbers_below_0_are_refused_unless_they_may_be_labels(stored):
    path = stored(np.array([[-1, -2, 3]]))
    assert ScalarReader(invalid=-1, signed=True)(path, {}).tolist() == [[-1, -2, 3]]
    assert error_of(ScalarReader(invalid=-1), path, {}) == (
        f'{path}: expected numbers >= 0 (-1 is invalid), found -2.0; '
        'ScalarReader(invalid=..., signed=...) says what they mean.'
    )


@pytest.mark.parametrize('invalid', [0, -1, float('nan')])
def test_infinity_is_no_number(stored, invalid):
    for number in (np.inf, -np.inf, 1e300):
        with pytest.raises(ValueError, match='expected finite numbers, found NaN or infinity'):
            ScalarReader(invalid=invalid, signed=True)(stored(np.array([[number]])), {})


def test_a_picture_of_colours_is_refused(stored):
    with pytest.raises(ValueError, match=r'label.png: expected values of shape \(H, W\)'):
        ScalarReader()(stored(np.zeros((2, 2, 3), np.uint8), 'png'), {})


def test_a_mark_that_the_type_of_the_file_rounds_is_found(stored):
    path = stored(np.array([[1, -9999.9, 2]], np.float32))
    values = ScalarReader(scale=0.01, invalid=-9999.9, signed=True)(path, {})
    np.testing.assert_array_equal(values, np.array([[0.01, -9999.9, 0.02]], np.float32))
