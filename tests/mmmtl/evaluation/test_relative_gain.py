import math

import pytest

from mmmtl.evaluation import (
    GAINS,
    higher_is_better,
    main_metric_gain,
    metric_mean_drop,
    relative_gains,
    task_mean_gain,
)
from mmmtl.tasks import build_tasks

BASELINE = {'seg/mIoU': 50.0, 'seg/aAcc': 80.0, 'depth/abs_err': 0.2, 'depth/rel_err': 4.0}
METRICS = {'seg/mIoU': 55.0, 'seg/aAcc': 84.0, 'depth/abs_err': 0.25, 'depth/rel_err': 3.0}
# gains of the four metrics: +10, +5, -25, +25 %

NORMALS = {
    'normal/mean': 30.0,
    'normal/median': 25.0,
    'normal/11.25': 20.0,
    'normal/22.5': 40.0,
    'normal/30': 50.0,
}


def test_mean_over_tasks_of_the_mean_over_metrics():
    assert task_mean_gain(METRICS, BASELINE) == pytest.approx(((10 + 5) / 2 + 0) / 2)


def test_one_metric_a_task():
    assert main_metric_gain(METRICS, BASELINE) == pytest.approx((10 - 25) / 2)
    chosen = ('seg/mIoU', 'depth/rel_err')
    assert main_metric_gain(METRICS, BASELINE, chosen) == pytest.approx((10 + 25) / 2)


def test_mean_over_all_metrics_is_a_drop():
    assert metric_mean_drop(METRICS, BASELINE) == pytest.approx(-(10 + 5 - 25 + 25) / 4)


def test_the_definitions_weigh_a_task_with_many_metrics_differently():
    # normals gain 10 % in each of five metrics, segmentation loses 20 % in each of two
    better = {
        key: value * (1.1 if higher_is_better(key) else 0.9) for key, value in NORMALS.items()
    }
    base = {**NORMALS, 'seg/mIoU': 50.0, 'seg/aAcc': 80.0}
    metrics = {**better, 'seg/mIoU': 40.0, 'seg/aAcc': 64.0}

    assert task_mean_gain(metrics, base) == pytest.approx((10 - 20) / 2)
    assert main_metric_gain(metrics, base) == pytest.approx((10 - 20) / 2)
    assert metric_mean_drop(metrics, base) == pytest.approx(-(5 * 10 - 2 * 20) / 7)  # a gain


def test_of_the_figures_that_nash_mtl_publishes():
    """NYUv2, single task and linear scalarisation (LS); the paper prints a drop of 5.59 %."""
    base = {
        'seg/mIoU': 38.30,
        'seg/aAcc': 63.76,
        'depth/abs_err': 0.6754,
        'depth/rel_err': 0.2780,
        'normal/mean': 25.01,
        'normal/median': 19.21,
        'normal/11.25': 30.14,
        'normal/22.5': 57.20,
        'normal/30': 69.15,
    }
    linear = {
        'seg/mIoU': 39.29,
        'seg/aAcc': 65.33,
        'depth/abs_err': 0.5493,
        'depth/rel_err': 0.2263,
        'normal/mean': 28.15,
        'normal/median': 23.96,
        'normal/11.25': 22.09,
        'normal/22.5': 47.50,
        'normal/30': 61.08,
    }
    assert metric_mean_drop(linear, base) == pytest.approx(5.59, abs=0.01)


def test_all_definitions_by_name():
    assert relative_gains(METRICS, BASELINE) == {
        'task-mean': pytest.approx(3.75),
        'main-metric': pytest.approx(-7.5),
        'metric-mean': pytest.approx(-3.75),
    }
    assert [gain.higher_is_better for gain in GAINS.values()] == [True, True, False]


def test_all_definitions_of_chosen_metrics():
    base = {'seg/mIoU': 40.0, 'seg/aAcc': 70.0, 'depth/rmse': 0.5, 'edge/odsF': 0.6}
    metrics = {'seg/mIoU': 44.0, 'seg/aAcc': 77.0, 'depth/rmse': 0.55, 'edge/odsF': 0.66}
    one_each = ['seg/mIoU', 'depth/rmse', 'edge/odsF']  # gains of +10, -10 and +10 %
    assert relative_gains(metrics, base, counted=one_each) == {
        'task-mean': pytest.approx(10 / 3),
        'main-metric': pytest.approx(10 / 3),
        'metric-mean': pytest.approx(-10 / 3),
    }
    metrics['seg/aAcc'] = 63.0  # -10 %
    assert relative_gains(metrics, base, counted=['seg/aAcc', *one_each]) == {
        'task-mean': pytest.approx(0.0),  # (0 - 10 + 10) / 3
        'main-metric': pytest.approx(-10 / 3),  # of the first of each: -10, -10, +10
        'metric-mean': pytest.approx(0.0),
    }


def test_metrics_that_are_not_in_tables_do_not_count():
    other = {'seg/val_loss': 1.0, 'depth/rmse': 9.0, 'depth/d1': 0.5}
    assert relative_gains({**METRICS, **other}, {**BASELINE, **other}) == relative_gains(
        METRICS, BASELINE
    )


@pytest.mark.parametrize(
    ('metrics', 'baseline', 'message'),
    [
        ({**METRICS, 'seg/mIoU': math.nan}, BASELINE, 'metrics: expected a finite seg/mIoU'),
        ({'seg/mIoU': 1.0}, BASELINE, 'metrics: expected a finite seg/aAcc, found none'),
        (METRICS, {**BASELINE, 'depth/abs_err': 0.0}, 'depth/abs_err: .* found the baseline 0.0'),
        (METRICS, {}, 'counted: expected at least one metric'),
    ],
)
def test_what_cannot_be_compared(metrics, baseline, message):
    with pytest.raises(ValueError, match=message):
        task_mean_gain(metrics, baseline)


def test_metrics_of_unknown_direction_cannot_count():
    with pytest.raises(ValueError, match='seg/time: expected a metric with a known direction'):
        task_mean_gain({'seg/time': 1.0}, {'seg/time': 2.0}, ['seg/time'])


def test_one_metric_a_task_refuses_two():
    with pytest.raises(ValueError, match='one metric for each task'):
        main_metric_gain(METRICS, BASELINE, ['seg/mIoU', 'seg/aAcc'])


def test_tasks_that_are_not_known_are_defined_by_the_caller():
    defined = build_tasks(
        dict(edge=dict(type='BinaryTask'), albedo=dict(type='VectorTask', channels=3))
    )
    # gains: +10, then +10 and -20 of the masks, +50 and +25 of the vectors
    baseline = {
        'depth/abs_err': 1.0,
        'depth/rel_err': 1.0,
        'edge/maxF': 50.0,
        'edge/AP': 50.0,
        'albedo/rmse': 0.2,
        'albedo/epe': 0.4,
    }
    metrics = {
        'depth/abs_err': 0.9,
        'depth/rel_err': 0.9,
        'edge/maxF': 55.0,
        'edge/AP': 40.0,
        'albedo/rmse': 0.1,
        'albedo/epe': 0.3,
    }
    assert relative_gains(metrics, baseline) == dict.fromkeys(
        ('task-mean', 'main-metric'), pytest.approx(10)
    ) | {'metric-mean': pytest.approx(-10)}
    assert relative_gains(metrics, baseline, defined) == {
        'task-mean': pytest.approx((10 - 5 + 37.5) / 3),
        'main-metric': pytest.approx((10 + 10 + 50) / 3),
        'metric-mean': pytest.approx(-(20 + 10 - 20 + 50 + 25) / 6),
    }


def test_the_same_task_on_two_data_sets_counts_as_two():
    single = {'a/seg/mIoU': 50.0, 'a/seg/aAcc': 50.0, 'b/seg/mIoU': 20.0, 'b/seg/aAcc': 40.0}
    several = {'a/seg/mIoU': 55.0, 'a/seg/aAcc': 50.0, 'b/seg/mIoU': 20.0, 'b/seg/aAcc': 20.0}
    # gains of 10, 0 | 0, -50 percent
    assert task_mean_gain(several, single) == pytest.approx((5 - 25) / 2)
    assert main_metric_gain(several, single) == pytest.approx(5)
    assert metric_mean_drop(several, single) == pytest.approx(10)
