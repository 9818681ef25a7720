import numpy as np
import pytest

from mmmtl.engine.samplers.set_shares import (
    check_by_set,
    in_sequence,
    in_turn,
    is_count,
    set_shares,
    shuffled,
    whole_batches,
)
from tests.utils.errors import error_of

SIZES = dict(a=100, b=400)


@pytest.mark.parametrize(
    ('shares', 'temperature', 'expected'),
    [
        ('size', 1.0, [0.2, 0.8]),
        ('size', 2.0, [1 / 3, 2 / 3]),  # 10 and 20
        ('size', 1e9, [0.5, 0.5]),
        ('size', 0.5, [1 / 17, 16 / 17]),
        ('size', 1e-5, [0, 1]),
        (dict(a=1e308, b=1e308), 1.0, [0.5, 0.5]),
        ('uniform', 1.0, [0.5, 0.5]),
        (dict(b=3, a=1), 1.0, [0.25, 0.75]),
    ],
)
def test_shares(shares, temperature, expected):
    found = set_shares(SIZES, shares, temperature)
    assert list(found) == ['a', 'b']
    assert list(found.values()) == pytest.approx(expected, abs=1e-6)


def test_rounding_errors_make_no_batch():
    # 0.1 + 0.2 of ten batches are 3.0000000000000004
    assert whole_batches(dict(a=0.1 + 0.2, b=0.7), 10, None) == dict(a=3, b=7)
    assert whole_batches(dict(a=0.1 + 0.2, b=0.7), 10, 10) == dict(a=3, b=7)


def test_a_tiny_share_is_rounded_up_to_a_batch():
    assert whole_batches(dict(a=1e-300, b=1.0), 10, None) == dict(a=1, b=10)


def test_a_temperature_that_is_no_number():
    assert "found '5'" in error_of(set_shares, SIZES, 'size', '5')


def test_the_largest_remainders_get_what_is_left():
    assert whole_batches(dict(a=0.26, b=0.33, c=0.41), 0, 10) == dict(a=3, b=3, c=4)
    assert 'which these shares get none' in error_of(whole_batches, dict(a=0.1, b=0.9), 0, 3)


def test_one_after_the_other():
    assert in_sequence([2, 1, 3]).tolist() == [0, 0, 1, 2, 2, 2]


def test_turns_are_even():
    assert in_turn([2, 2, 2]).tolist() == [0, 1, 2, 0, 1, 2]
    assert in_turn([1, 3]).tolist() == [1, 0, 1, 1]
    assert in_turn([1, 1, 4]).tolist() == [2, 2, 0, 1, 2, 2]


def test_mixing_keeps_the_numbers():
    mixed = shuffled([20, 30], 0, 0)
    assert np.bincount(mixed).tolist() == [20, 30]
    assert mixed.tolist() == shuffled([20, 30], 0, 0).tolist()
    assert mixed.tolist() != shuffled([20, 30], 0, 1).tolist()
    assert mixed.tolist() != sorted(mixed.tolist())


def test_what_is_a_count():
    assert [is_count(value) for value in (1, 7, 0, -1, 1.0, True, '1')] == [
        True,
        True,
        *[False] * 5,
    ]


def test_values_are_of_the_sets():
    check_by_set('counts', dict(b=1, a=2), SIZES)
    assert error_of(check_by_set, 'counts', dict(a=1), SIZES) == (
        "counts: expected one for each of the data sets ['a', 'b'], found none for ['b']."
    )
