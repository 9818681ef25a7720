from types import SimpleNamespace

from mmengine.evaluator import BaseMetric, Evaluator

from mmmtl.engine.loops import MultiSetEvaluator
from mmmtl.evaluation.metric_names import metric_names
from mmmtl.evaluation.metrics import DepthErrorMetric
from tests.utils.errors import error_of


class Count(BaseMetric):
    """Counts what it was given."""

    reported_names = ('count', 'size')

    def process(self, data_batch, data_samples):
        self.results += data_samples

    def compute_metrics(self, results):
        raise NotImplementedError

    def evaluate(self, size):
        found = {'seg/count': len(self.results), 'seg/size': size}
        self.results.clear()
        return found


class Unknown(Count):
    reported_names = None


def loaders():
    def one(size, classes):
        dataset = type('Data', (list,), dict(metainfo=dict(classes=classes)))(range(size))
        return SimpleNamespace(dataset=dataset)

    return SimpleNamespace(loaders=dict(a=one(3, ('x',)), b=one(5, ('y', 'z'))), current='a')


def evaluators(kind=Count):
    return dict(a=Evaluator([kind(prefix='seg')]), b=Evaluator([kind(prefix='seg')]))


def test_each_set_is_measured_with_its_own_and_named():
    sets = loaders()
    own = evaluators()
    whole = MultiSetEvaluator(sets, own)
    whole.dataset_meta = dict(classes=('x', 'y', 'z'))
    assert whole.dataset_meta == dict(classes=('x', 'y', 'z'))
    assert [one.metrics[0].dataset_meta['classes'] for one in own.values()] == [('x',), ('y', 'z')]
    whole.process([dict(), dict()])
    sets.current = 'b'
    whole.process([dict()])
    assert whole.evaluate(8) == {
        'a/seg/count': 2,
        'a/seg/size': 3,
        'b/seg/count': 1,
        'b/seg/size': 5,
    }
    assert [name for metric in whole.metrics for name in metric_names(metric)] == [
        'a/seg/count',
        'a/seg/size',
        'b/seg/count',
        'b/seg/size',
    ]


def test_names_without_a_prefix_must_differ():
    message = error_of(MultiSetEvaluator, loaders(), evaluators(), prefix=False)
    assert message == (
        'b: expected metrics of other names than those of the data sets before it, found '
        "'seg/count' again; prefix=True of the loop puts the name of the data set before it."
    )
    unknown = MultiSetEvaluator(loaders(), evaluators(Unknown), prefix=False)
    assert "found 'seg/count' again" in error_of(unknown.evaluate, 8)


def test_names_without_a_prefix_are_those_of_the_metrics():
    own = dict(a=Evaluator([Count(prefix='seg')]), b=Evaluator([DepthErrorMetric()]))
    whole = MultiSetEvaluator(loaders(), own, prefix=False)
    assert 'depth/abs_err' in metric_names(whole.metrics[1])
    assert metric_names(whole.metrics[0]) == ('seg/count', 'seg/size')
