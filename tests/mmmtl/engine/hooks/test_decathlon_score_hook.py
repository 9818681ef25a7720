from types import SimpleNamespace

import pytest
from mmseg.registry import HOOKS

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.engine import DecathlonScoreHook
from mmmtl.engine.best_checkpoint import reporting_hooks
from mmmtl.evaluation.metric_names import metric_names

BASELINES = {f'{domain.task}/accuracy': domain.baseline for domain in DOMAINS.values()}


def runner(*names):
    """A runner whose loops report numbers of some names."""
    metrics = [SimpleNamespace(prefix=None, reported_names=names)]
    loop = SimpleNamespace(evaluator=SimpleNamespace(metrics=metrics))
    return SimpleNamespace(val_loop=loop, test_loop=loop)


def test_it_is_registered_and_says_what_it_reports():
    hook = HOOKS.build(dict(type='DecathlonScoreHook'))
    assert isinstance(hook, DecathlonScoreHook)
    assert metric_names(hook) == ('decathlon/score', 'decathlon/accuracy')
    assert reporting_hooks([hook, HOOKS.build(dict(type='EMAHook'))]) == [hook]


@pytest.mark.parametrize('prefix', ['', 'some-set/'])
def test_the_score_is_added_to_the_metrics(prefix):
    metrics = {f'{prefix}{key}': value for key, value in BASELINES.items()} | {'other/iou': 1.0}
    known = dict(metrics)
    for after in ('after_val_epoch', 'after_test_epoch'):
        own = dict(metrics)
        getattr(DecathlonScoreHook(), after)(None, own)
        assert own.pop('decathlon/score') == pytest.approx(2500)
        assert own.pop('decathlon/accuracy') == pytest.approx(76.506)
        assert own == known


def test_without_an_accuracy_there_is_no_score():
    metrics = {'seg/mIoU': 40.0}
    DecathlonScoreHook().after_test_epoch(None, metrics)
    DecathlonScoreHook().after_val_epoch(None, None)
    assert metrics == {'seg/mIoU': 40.0}
    DecathlonScoreHook().before_test(runner('seg/mIoU'))


def test_domains_that_are_not_measured_are_named_before_the_training():
    hook = DecathlonScoreHook()
    hook.before_train(runner(*BASELINES))
    hook.before_train(SimpleNamespace(val_loop=None))
    some = [name for name in BASELINES if name not in ('dtd/accuracy', 'vgg_flowers/accuracy')]
    for before, where in ((hook.before_train, 'val'), (hook.before_test, 'test')):
        message = rf"{where}_evaluator: .* all 10 domains .* none of \['dtd', 'vgg-flowers'\]"
        with pytest.raises(ValueError, match=message):
            before(runner(*some))
