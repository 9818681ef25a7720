import math

import pytest

from mmmtl.evaluation import (
    direction_arrow,
    higher_is_better,
    metrics_csv,
    metrics_table,
    write_metrics,
)

ROWS = {
    'MTAN': {'seg/mIoU': 38.126, 'depth/abs_err': 0.01234, 'time': 2.0},
    'constant': {'seg/mIoU': 5.6, 'depth/abs_err': 0.05, 'depth/d1': math.nan},
}


@pytest.mark.parametrize(
    ('metric', 'expected'),
    [
        ('seg/mIoU', True),
        ('seg/aAcc', True),
        ('depth/abs_err', False),
        ('depth/rel_err', False),
        ('depth/rmse', False),
        ('depth/d3', True),
        ('normal/mean', False),
        ('normal/median', False),
        ('normal/11.25', True),
        ('normal/30', True),
        ('delta_m', True),
        ('anything', None),
    ],
)
def test_directions(metric, expected):
    assert higher_is_better(metric) is expected
    assert direction_arrow(metric) == {True: '↑', False: '↓', None: ''}[expected]


def test_table_has_arrows_and_the_best_values_in_bold():
    assert metrics_table(ROWS) == (
        '|  | seg/mIoU ↑ | depth/abs_err ↓ | time | depth/d1 ↑ |\n'
        '| :-- | --: | --: | --: | --: |\n'
        '| MTAN | **38.13** | **0.01234** | 2.000 | – |\n'
        '| constant | 5.600 | 0.05000 | – | – |\n'
    )


def test_values_that_look_equal_are_equally_bold():
    table = metrics_table({'a': {'rmse': 0.10001}, 'b': {'rmse': 0.10002}, 'c': {'rmse': 0.2}})

    assert table.count('**0.1000**') == 2


def test_a_single_run_has_no_best_value():
    assert '**' not in metrics_table({'a': {'seg/mIoU': 1.0}})


def test_large_values_have_no_lone_decimal_point():
    assert '| 1234 |' in metrics_table({'a': {'iterations': 1234.4}})


def test_csv_keeps_all_digits_and_leaves_gaps_empty():
    assert metrics_csv(ROWS) == (
        'name,seg/mIoU,depth/abs_err,time,depth/d1\n'
        'MTAN,38.126,0.01234,2.0,\n'
        'constant,5.6,0.05,,nan\n'
    )


def test_both_files_are_written(tmp_path):
    write_metrics(ROWS, tmp_path / 'new' / 'metrics.md')

    assert (tmp_path / 'new' / 'metrics.md').read_text() == metrics_table(ROWS)
    assert (tmp_path / 'new' / 'metrics.csv').read_text() == metrics_csv(ROWS)
    assert len(list((tmp_path / 'new').iterdir())) == 2


def test_mistakes(tmp_path):
    with pytest.raises(ValueError, match='rows: .* found none'):
        metrics_table({})
    with pytest.raises(ValueError, match='path: .* found .*metrics.txt'):
        write_metrics(ROWS, tmp_path / 'metrics.txt')
