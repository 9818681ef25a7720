import math

import pytest

from mmmtl.evaluation.number_format import best_of, column_decimals, format_number


@pytest.mark.parametrize(
    ('value', 'text'),
    [(38.126, '38.13'), (0.012345, '0.01235'), (1234.4, '1234'), (5, '5.000'), (math.nan, '–')],
)
def test_numbers_have_four_digits(value, text):
    assert format_number(value) == text


@pytest.mark.parametrize(
    ('values', 'decimals'),
    [
        ([51.2, 9.87, 0.5], 2),
        ([0.0144, 0.0158], 5),
        ([-123.4, math.nan], 1),
        ([99999.0], 0),
        ([1e-12], 8),
        ([0.0], 3),
        ([], 3),
    ],
)
def test_decimals_of_a_column_follow_its_largest_number(values, decimals):
    assert column_decimals(values) == decimals


def test_best_value():
    assert best_of([1.0, 3.0, math.nan], True) == 3.0
    assert best_of([1.0, 3.0, math.nan], False) == 1.0
    assert best_of([1.0, math.nan], True) is None
    assert best_of([1.0, 2.0], None) is None
