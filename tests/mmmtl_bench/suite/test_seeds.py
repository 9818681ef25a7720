"""The seeds of a suite."""

import pytest

from mmmtl_bench.suite.seeds import check_seeds
from tests.utils.suite_values import values_of


def test_seeds_are_different_integers():
    assert check_seeds([3, 0]) == (3, 0)
    for seeds, message in (
        ([], r'different integers of at least 0, found \[\]'),
        ([1, -1], r'found \[1, -1\]'),
        ([1.0], 'an integer, found 1.0'),
        (3, 'a list, found 3'),
    ):
        with pytest.raises(ValueError, match=message):
            check_seeds(seeds)


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        (values_of(seeds=[1, 1]), r'seeds: expected different integers of at least 0'),
        (values_of(seeds=[True]), r'seeds: expected an integer, found True'),
    ],
)
def test_mistakes_are_one_line_with_their_place(read, values, message):
    with pytest.raises(ValueError, match=message) as caught:
        read(values)
    assert '\n' not in str(caught.value)
