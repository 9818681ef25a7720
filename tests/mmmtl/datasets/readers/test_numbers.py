import math

import numpy as np
import pytest

from mmmtl.datasets.readers.numbers import check_number, find_mark


@pytest.mark.parametrize('value', [0, -1.5, math.nan, math.inf, np.float32(2)])
def test_numbers(value):
    check_number('scale', value)


@pytest.mark.parametrize('value', ['0.001', True, None, [1.0], 1j])
def test_what_is_no_number_is_named(value):
    with pytest.raises(ValueError, match='^scale: expected a number, found '):
        check_number('scale', value)


@pytest.mark.parametrize(
    ('stored', 'mark', 'expected'),
    [
        (np.array([0.1, 0.5, np.nan], np.float32), 0.1, [True, False, False]),
        (np.array([0.1, 0.5, np.nan], np.float16), math.nan, [False, False, True]),
        (np.array([-1, 0, 65535]), 65535, [False, False, True]),
        (np.array([0, 255], np.uint8), -1, [False, False]),
        (np.array([0, 255], np.uint8), math.nan, [False, False]),
        (np.array([0, 1], np.uint8), 0.5, [False, False]),
        (np.array([True, False]), math.nan, [False, False]),
    ],
)
def test_marks_are_found_in_the_type_of_the_file(stored, mark, expected):
    assert find_mark(stored, mark).tolist() == expected
