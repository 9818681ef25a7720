from types import SimpleNamespace

import pytest
from mmengine.dataset import DefaultSampler
from torch.utils.data import BatchSampler

from mmmtl.engine.compared_tasks import check_compared_tasks
from mmmtl.engine.samplers import MultiSetBatchSampler, SeededBatchSampler
from tests.utils.errors import error_of
from tests.utils.weighting_batches import build


class Set(list):
    def __init__(self, *tasks):
        super().__init__(range(4))
        if tasks:
            self.tasks = tasks


class Joined(list):
    def __init__(self, **sets):
        super().__init__(range(sum(map(len, sets.values()))))
        self.names, self.datasets = tuple(sets), list(sets.values())


APART = dict(camvid=Set('seg'), office=Set('depth'))


def check(name, sets=None, wrap=SeededBatchSampler, over=None, **options):
    dataset = Joined(**(APART if sets is None else sets))
    batches = MultiSetBatchSampler(DefaultSampler(dataset), 2, **options)
    weighting = build(name, **({} if over is None else dict(over=over)))
    check_compared_tasks(weighting, wrap(batches), dataset)


def test_a_method_that_compares_tasks_needs_two_in_a_batch():
    for wrap in (SeededBatchSampler, lambda batches: batches):
        assert error_of(check, 'GeometricMeanWeighting', wrap=wrap) == (
            'model.loss_weighting: GeometricMeanWeighting compares the tasks of a batch, and each '
            "batch has labels of one (camvid: seg; office: depth); expected over='round' of the "
            'loss weighting, mixed batches (counts of MultiSetBatchSampler), or a method that '
            'looks at each task by itself, such as UncertaintyWeighting.'
        )


@pytest.mark.parametrize(
    'arguments',
    [
        dict(name='UncertaintyWeighting'),
        dict(name='DynamicWeightAverage'),
        dict(name='GeometricMeanWeighting', over='round'),
        dict(name='GeometricMeanWeighting', counts=dict(camvid=1, office=1)),
        dict(name='GeometricMeanWeighting', sets=dict(camvid=Set('seg', 'depth'), b=Set('seg'))),
        dict(name='GeometricMeanWeighting', sets=dict(camvid=Set('seg'), unknown=Set())),
    ],
)
def test_others_and_other_batches_are_left_alone(arguments):
    check(**arguments)


def test_what_other_samplers_mix_is_not_known():
    dataset = Joined(**APART)
    batches = BatchSampler(DefaultSampler(dataset), 2, drop_last=False)
    check_compared_tasks(build('GeometricMeanWeighting'), batches, dataset)
    check_compared_tasks(build('GeometricMeanWeighting'), None, SimpleNamespace())
