import pytest
from mmengine.evaluator import BaseMetric
from mmengine.hooks import CheckpointHook
from mmseg.evaluation import IoUMetric

from mmmtl.engine import DecathlonScoreHook
from mmmtl.engine.best_checkpoint import check_save_best, fill_rule, reporting_hooks
from mmmtl.evaluation.metrics import DepthErrorMetric, TaskIoUMetric

METRICS = [IoUMetric(prefix='seg'), TaskIoUMetric('parts'), DepthErrorMetric()]


class Unknown(BaseMetric):
    def process(self, data_batch, data_samples):
        self.results.append(0)

    def compute_metrics(self, results):
        return {}


@pytest.mark.parametrize(
    ('best', 'rule'),
    [
        ('depth/abs_err', ['less']),
        ('seg/mIoU', ['greater']),
        (['edge/MAE', 'edge/maxF'], ['less', 'greater']),
        ('map/MAE', ['less']),  # mmengine guesses 'greater', as the name has 'map' in it
        ('auto', None),
        ('speed', None),
        (['seg/mIoU', 'speed'], None),
        (None, None),
    ],
)
def test_rules_follow_from_the_metrics(best, rule):
    assert fill_rule(dict(type='CheckpointHook', save_best=best)) == rule


def test_a_rule_that_is_there_stays():
    assert fill_rule(dict(save_best='depth/abs_err', rule='greater')) is None
    assert fill_rule(None) is None
    assert fill_rule({}) is None


def hook(save_best, rule='greater'):
    return CheckpointHook(save_best=save_best, rule=rule)


@pytest.mark.parametrize(
    'best', ['seg/mIoU', 'parts/aAcc', ['depth/d1', 'seg/mAcc'], ['auto'], 'auto', None]
)
def test_metrics_that_are_measured(best):
    check_save_best(hook(best), METRICS)


def test_what_a_hook_adds_may_choose_the_best():
    best = hook('decathlon/score')
    with pytest.raises(ValueError, match="found 'decathlon/score'"):
        check_save_best(best, METRICS)
    added = reporting_hooks([best, DecathlonScoreHook()])
    check_save_best(best, [*METRICS, *added])
    assert fill_rule(dict(save_best='decathlon/score')) == ['greater']


@pytest.mark.parametrize(
    ('best', 'found'),
    [
        ('mIoU', 'mIoU'),
        ('normal/mean', 'normal/mean'),
        ('depth/silog', 'depth/silog'),  # not among those that are reported
        ('seg/mDice', 'seg/mDice'),
        (['seg/mIoU', 'depth/d4'], 'depth/d4'),
    ],
)
def test_a_metric_that_nobody_measures_is_named_with_those_that_are(best, found):
    message = f'save_best: .* val_evaluator .*seg/mIoU.*depth/abs_err.*, found {found!r}'
    with pytest.raises(ValueError, match=message):
        check_save_best(hook(best), METRICS)


def test_what_has_the_name_and_another_prefix_is_said():
    found = [
        ('mIoU', r"found 'mIoU'; 'seg/mIoU' or 'parts/mIoU' is measured\.$"),
        ('abs_err', r"found 'abs_err'; 'depth/abs_err' is measured\.$"),
        ('speed', r"found 'speed'\.$"),
    ]
    for best, message in found:
        with pytest.raises(ValueError, match=message):
            check_save_best(hook(best), METRICS)


def test_of_unknown_classes_only_the_prefix_counts():
    check_save_best(hook('flow/epe'), [Unknown(prefix='flow')])
    check_save_best(hook('epe'), [Unknown()])
    with pytest.raises(ValueError, match=r"val_evaluator \(flow/\.\.\.\), found 'seg/mIoU'"):
        check_save_best(hook('seg/mIoU'), [Unknown(prefix='flow')])


def test_without_metrics_there_is_no_best():
    with pytest.raises(ValueError, match=r"val_evaluator \(none\), found 'seg/mIoU'"):
        check_save_best(hook('seg/mIoU'), [])


@pytest.mark.parametrize(
    ('metrics', 'rules'),
    [
        ([DepthErrorMetric(), IoUMetric(prefix='seg')], ['less']),
        ([DepthErrorMetric(metrics=['d1', 'rmse'])], ['greater']),
        ([Unknown(prefix='a'), DepthErrorMetric()], [None]),
        ([], [None]),
    ],
)
def test_the_direction_of_the_first_metric_is_filled_in(metrics, rules):
    auto = hook('auto', rule=None)
    check_save_best(auto, metrics)
    assert auto.rules == rules


def test_a_direction_that_was_given_stays():
    auto = hook('auto', rule='greater')
    check_save_best(auto, [DepthErrorMetric()])
    assert auto.rules == ['greater']
