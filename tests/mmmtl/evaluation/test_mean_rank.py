import math

import pytest

from mmmtl.evaluation import mean_ranks

ROWS = {
    'a': {'seg/mIoU': 50.0, 'depth/abs_err': 0.1},
    'b': {'seg/mIoU': 60.0, 'depth/abs_err': 0.3},
    'c': {'seg/mIoU': 60.0, 'depth/abs_err': 0.2},
}


def test_ranks_follow_the_directions_and_ties_share():
    # mIoU: b and c share ranks 1 and 2, a is 3; depth: a 1, c 2, b 3
    assert mean_ranks(ROWS, ['seg/mIoU', 'depth/abs_err']) == {
        'a': (3 + 1) / 2,
        'b': (1.5 + 3) / 2,
        'c': (1.5 + 2) / 2,
    }


def test_methods_without_all_metrics_are_left_out():
    rows = {**ROWS, 'd': {'seg/mIoU': 99.0}, 'e': {'seg/mIoU': 99.0, 'depth/abs_err': math.nan}}
    counted = ['seg/mIoU', 'depth/abs_err']
    assert mean_ranks(rows, counted) == mean_ranks(ROWS, counted)


@pytest.mark.parametrize('counted', [[], ['seg/time']])
def test_metrics_without_direction(counted):
    with pytest.raises(ValueError, match='counted: expected metrics with a known direction'):
        mean_ranks(ROWS, counted)
