from types import SimpleNamespace

from mmmtl.engine.hooks.score_hook import ScoreHook


class SumHook(ScoreHook):
    """Adds the sum of all metrics, and remembers what it was asked."""

    prefix = 'all'
    reported_names = ('sum',)

    def __init__(self):
        self.asked = []

    def check_measured(self, metrics, where):
        self.asked.append((list(metrics), where))

    def add_scores(self, metrics):
        metrics['all/sum'] = sum(metrics.values())


def test_it_checks_before_and_adds_after():
    hook = SumHook()
    val, test = (
        SimpleNamespace(evaluator=SimpleNamespace(metrics=[name])) for name in ('val', 'test')
    )
    hook.before_train(SimpleNamespace(val_loop=None))
    hook.before_train(SimpleNamespace(val_loop=val))
    hook.before_test(SimpleNamespace(test_loop=test))
    assert hook.asked == [(['val'], 'val_evaluator'), (['test'], 'test_evaluator')]
    for after in (hook.after_val_epoch, hook.after_test_epoch):
        metrics = {'a': 1.0, 'b': 2.0}
        after(None, metrics)
        after(None, None)
        assert metrics['all/sum'] == 3
