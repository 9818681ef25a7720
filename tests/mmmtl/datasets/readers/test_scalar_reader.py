import math

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
        'ScalarReader(invalid=..., invalid_values=..., signed=...) says what they mean.'
    )


@pytest.mark.parametrize('invalid', [0, -1, float('nan')])
def test_infinity_is_no_number(stored, invalid):
    for number, found in (
        (np.inf, 'NaN or'),
        (-np.inf, 'NaN or'),
        (1e300, r'1e\+300, beyond float32'),
    ):
        with pytest.raises(ValueError, match=f'expected finite numbers, found {found}'):
            ScalarReader(invalid=invalid, signed=True)(stored(np.array([[number]])), {})


def test_a_picture_of_colours_is_refused(stored):
    with pytest.raises(ValueError, match=r'label.png: expected values of shape \(H, W\)'):
        ScalarReader()(stored(np.zeros((2, 2, 3), np.uint8), 'png'), {})


def test_a_mark_that_the_type_of_the_file_rounds_is_found(stored):
    path = stored(np.array([[1, -9999.9, 2]], np.float32))
    values = ScalarReader(scale=0.01, invalid=-9999.9, signed=True)(path, {})
    np.testing.assert_array_equal(values, np.array([[0.01, -9999.9, 0.02]], np.float32))


SKY = np.array([[0, 1500, 65535, 65534, 80000 % 65536]], np.uint16)


@pytest.mark.parametrize(
    ('settings', 'expected'),
    [
        (dict(invalid_values=65535), [0, 1.5, 0, 65.534, 14.464]),
        (dict(invalid_values=[65534, 65535]), [0, 1.5, 0, 0, 14.464]),
        (dict(max_value=20.0), [0, 1.5, 0, 0, 14.464]),
        (dict(min_value=2, max_value=65.534), [0, 0, 0, 65.534, 14.464]),
        (
            dict(invalid_values=(-1, math.nan), min_value=2, invalid=-1),
            [-1, -1, 65.535, 65.534, 14.464],
        ),
    ],
)
def test_further_invalid_values_and_a_range_in_the_unit(stored, settings, expected):
    values = ScalarReader(scale=0.001, **settings)(stored(SKY, 'png'), {})
    np.testing.assert_allclose(values[0], expected, rtol=1e-6)


def test_infinity_and_negative_numbers_may_be_marks_or_out_of_range(stored):
    path = stored(np.array([[-1, np.inf, np.nan, 2]]))
    assert ScalarReader(invalid_values=(-1, math.inf, math.nan))(path, {}).tolist() == [
        [0, 0, 0, 2]
    ]
    reader = ScalarReader(invalid_values=math.nan, min_value=0, max_value=9)
    assert reader(path, {}).tolist() == [[0, 0, 0, 2]]


def test_truth_values_are_no_depths_unless_a_scale_says_so(stored):
    path = stored(np.array([[True, False]]))
    assert 'the scale of integers (bool, up to True) as depth' in error_of(
        ScalarReader(depth_unit='depth'), path, {}
    )
    assert ScalarReader(depth_unit='depth', scale=2)(path, {}).tolist() == [[2, 0]]


def test_integers_as_depths_need_a_scale(stored):
    path = stored(np.array([[1500]], np.uint16), 'png')
    assert error_of(ScalarReader(depth_unit='depth'), path, {}) == (
        f'{path}: expected the scale of integers (uint16, up to 1500) as depth [m], which nothing '
        "states; label_readers=dict(<task>=dict(type='ScalarReader', scale=0.001)) reads "
        'millimetres as metres, scale=1 the numbers as they are.'
    )
    assert ScalarReader(scale=1, depth_unit='depth')(path, {}) == 1500
    assert ScalarReader()(path, {}) == 1500  # no depth
    assert ScalarReader(depth_unit='depth')(stored(np.array([[1.5]])), {}) == 1.5


def test_a_number_that_becomes_the_invalid_one_is_named(stored):
    path = stored(np.array([[5000, 5]], np.uint16), 'png')
    with pytest.raises(ValueError, match='expected numbers other than 5, which means invalid'):
        ScalarReader(scale=0.001, invalid=5)(path, {})


def test_an_array_of_several(tmp_path):
    np.savez(tmp_path / 'a.npz', depth=[[2.5]], other=[[1]])
    assert ScalarReader(key='depth')(str(tmp_path / 'a.npz'), {}) == 2.5


@pytest.mark.parametrize(
    ('settings', 'message'),
    [
        (dict(min_value=2, max_value=2), 'expected min_value < max_value, found 2 and 2'),
        (dict(depth_unit='feet'), "Unknown depth_unit 'feet'"),
    ],
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        ScalarReader(**settings)
