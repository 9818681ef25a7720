import math
from types import SimpleNamespace

import pytest
from mmengine.config import Config
from mmseg.registry import HOOKS

from mmmtl.engine import JointScoreHook
from mmmtl.engine.best_checkpoint import fill_rule, reporting_hooks
from mmmtl.evaluation.logged_scalars import read_scalars
from mmmtl.evaluation.metric_names import metric_names
from tests.utils.toy.weighting_runs import CONFIG, weighting_runner

BASELINE = {'seg/mIoU': 50.0, 'depth/abs_err': 1.0, 'depth/rel_err': 10.0}
METRICS = {'seg/mIoU': 55.0, 'depth/abs_err': 0.8, 'depth/rel_err': 10.0, 'seg/aAcc': 90.0}


def runner(*names):
    """A runner whose validation reports numbers of some names."""
    metrics = [SimpleNamespace(prefix=None, reported_names=names)]
    return SimpleNamespace(val_loop=SimpleNamespace(evaluator=SimpleNamespace(metrics=metrics)))


def test_numbers_are_added_to_the_metrics():
    hook = HOOKS.build(
        dict(
            type='JointScoreHook', baseline=BASELINE, weights={'seg/mIoU': 1, 'depth/abs_err': -10}
        )
    )
    assert metric_names(hook) == ('delta_m', 'weighted_sum')
    assert reporting_hooks([hook]) == [hook]
    for after in (hook.after_val_epoch, hook.after_test_epoch):
        own = dict(METRICS)
        after(None, own)
        assert own.pop('delta_m') == pytest.approx((10 + (20 + 0) / 2) / 2)  # by task
        assert own.pop('weighted_sum') == pytest.approx(55 - 8)
        assert own == METRICS


def test_one_metric_of_each_task():
    baseline = {'seg/mIoU': 50.0, 'depth/abs_err': 1.0}
    hook = JointScoreHook(baseline, gain='main-metric')
    own = dict(METRICS)
    hook.after_val_epoch(None, own)
    assert own['delta_m'] == pytest.approx((10 + 20) / 2)
    assert 'weighted_sum' not in own


def test_more_is_better():
    assert fill_rule(dict(save_best=['delta_m', 'weighted_sum'])) == ['greater', 'greater']


def test_what_is_not_finite_is_never_the_best():
    own = {**METRICS, 'depth/abs_err': math.nan}
    JointScoreHook(BASELINE, {'depth/abs_err': -1}).after_val_epoch(None, own)
    assert math.isnan(own['delta_m'])
    assert math.isnan(own['weighted_sum'])


def test_a_test_without_labels_has_no_number():
    hook = JointScoreHook(BASELINE)
    hook.check_measured([], 'test_evaluator')
    metrics = {}
    hook.after_test_epoch(None, metrics)
    hook.after_test_epoch(None, None)
    assert metrics == {}


def test_what_is_not_measured_is_named_before_the_training():
    hook = JointScoreHook(BASELINE)
    hook.before_train(runner(*BASELINE))
    hook.before_train(SimpleNamespace(val_loop=None))
    with pytest.raises(ValueError, match=r"^val_evaluator: .* none of \['depth/rel_err'\]\.$"):
        hook.before_train(runner('seg/mIoU', 'depth/abs_err'))


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(), 'expected a baseline, .* found neither'),
        (dict(baseline={'seg/mIoU': 0.0}), 'baseline other than 0'),
        (dict(baseline={'seg/unheard': 1.0}), 'a known direction'),
        (dict(baseline={'seg/mIoU': math.inf}), 'baseline: expected a finite number for seg/mIoU'),
        (dict(weights={'seg/mIoU': 'much'}), "weights: expected a number .* found 'much'"),
        (dict(baseline=['seg/mIoU']), r"numbers by name of the metric, found \['seg/mIoU'\]"),
        (dict(baseline=BASELINE, gain='metric-mean'), 'gain: expected one of'),
        (dict(baseline=BASELINE, gain='main-metric'), 'expected one metric for each task'),
    ],
)
def test_mistakes(options, message):
    with pytest.raises(ValueError, match=message):
        JointScoreHook(**options)


def test_the_best_checkpoint_is_that_of_all_tasks_together(tmp_path):
    hooks = Config.fromfile(CONFIG).custom_hooks
    runner = weighting_runner(
        tmp_path,
        val_dataloader=dict(
            batch_size=2,
            num_workers=0,
            sampler=dict(type='DefaultSampler', shuffle=False),
            dataset=dict(type='TwoTaskDataset', length=3),
        ),
        val_evaluator=[
            dict(type='DepthErrorMetric', prefix='depth'),
            dict(type='IoUMetric', prefix='seg'),
        ],
        val_cfg=dict(),
        custom_hooks=[
            *hooks,
            dict(type='JointScoreHook', baseline={'seg/mIoU': 50.0, 'depth/abs_err': 0.3}),
        ],
        train_cfg__max_epochs=3,
        default_hooks__checkpoint=dict(save_best='delta_m'),
    )
    runner.train()
    positions, gains = read_scalars(tmp_path).series('val', 'delta_m')
    assert positions == [1, 2, 3]
    best = positions[gains.index(max(gains))]
    assert [path.name for path in tmp_path.glob('best_*')] == [f'best_delta_m_epoch_{best}.pth']
