import math

import pytest

from mmmtl.evaluation.logged_scalars import LogEntry, RunScalars
from mmmtl_bench.results.averaging import ValidationAverage

SCALARS = RunScalars(
    val=[
        LogEntry(epoch, {'seg/mIoU': miou, 'depth/abs_err': error, 'seg/other': 1.0 * epoch})
        for epoch, (miou, error) in enumerate([(10, 0.5), (40, 0.2), (30, 0.3), (35, 0.4)], start=1)
    ]
)


@pytest.mark.parametrize(
    ('average', 'miou', 'error'),
    [
        ('last-2', (30 + 35) / 2, (0.3 + 0.4) / 2),
        ('last-3', (40 + 30 + 35) / 3, (0.2 + 0.3 + 0.4) / 3),
        ('last-10', (10 + 40 + 30 + 35) / 4, (0.5 + 0.2 + 0.3 + 0.4) / 4),
        ('last-1', 35, 0.4),
        ('last', 35, 0.4),
        ('best', 40, 0.2),
    ],
)
def test_values_of_a_run(average, miou, error):
    found = ValidationAverage(average).apply(SCALARS)
    assert found['seg/mIoU'] == pytest.approx(miou)
    assert found['depth/abs_err'] == pytest.approx(error)


def test_the_best_of_a_number_without_direction_is_left_out():
    assert 'seg/other' not in ValidationAverage('best').apply(SCALARS)
    assert ValidationAverage('last').apply(SCALARS)['seg/other'] == 4.0


def test_nan_is_never_the_best():
    scalars = RunScalars(val=[LogEntry(1, {'seg/mIoU': 3.0}), LogEntry(2, {'seg/mIoU': math.nan})])
    assert ValidationAverage('best').apply(scalars) == {'seg/mIoU': 3.0}
    assert math.isnan(ValidationAverage('last-2').apply(scalars)['seg/mIoU'])


@pytest.mark.parametrize('name', ['last-0', 'last10', 'first', 'last-', 'best-3', ''])
def test_unknown_averages(name):
    with pytest.raises(ValueError, match='average: expected last-K, last or best'):
        ValidationAverage(name)


def test_descriptions_say_what_was_averaged():
    assert ValidationAverage('last-10').description == 'the mean of the last 10 validations'
    assert ValidationAverage('last').description == 'the last validation'
    assert 'each metric by itself' in ValidationAverage('best').description
