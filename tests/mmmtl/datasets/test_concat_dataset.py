import mmengine.dataset
import pytest
from mmengine.dataset import BaseDataset
from mmseg.registry import DATASETS

from mmmtl.compat.scope import registry_scope
from mmmtl.datasets import MultiTaskConcatDataset
from mmmtl.tasks import build_tasks, tasks_in
from tests.utils.errors import error_of
from tests.utils.random_data import write_cityscapes

SEG = dict(type='ClassTask', classes=['a', 'b'], palette=[[1, 1, 1], [2, 2, 2]])
DEPTH = dict(type='ScalarTask', unit='mtan')
PARTS = dict(type='ClassTask', classes=['head', 'body'])


class Plain(BaseDataset):
    """A data set with meta information and some samples."""

    def __init__(self, samples=1, **metainfo):
        self.samples = samples
        super().__init__(lazy_init=True)
        self._metainfo.update(metainfo)

    def load_data_list(self):
        return [dict(number=number) for number in range(self.samples)]


def test_the_whole_has_the_tasks_of_all_its_parts():
    streets = Plain(2, tasks=dict(seg=SEG, depth=DEPTH))
    photographs = Plain(3, tasks=dict(parts=PARTS, seg=SEG))
    both = MultiTaskConcatDataset([streets, photographs])
    assert len(both) == 5
    assert both.metainfo['tasks'] == dict(seg=SEG, depth=DEPTH, parts=PARTS)
    assert tasks_in(both.metainfo, ['seg']) == build_tasks(both.metainfo['tasks'])
    assert streets.metainfo['tasks'] == dict(seg=SEG, depth=DEPTH)  # as it was


def test_a_name_means_one_thing():
    own = dict(type='ClassTask', classes=['wing', 'tail'])
    parts = [Plain(tasks=dict(parts=PARTS)), Plain(tasks=dict(seg=SEG, parts=own))]
    assert error_of(MultiTaskConcatDataset, parts) == (
        f'datasets[1].tasks.parts: expected {PARTS}, as the data sets before it say, found {own}.'
    )


@pytest.mark.parametrize('ignore', ['palette', ['palette']])
def test_what_need_not_be_the_same_need_not_be_so_in_tasks(ignore):
    other = dict(SEG, palette=[[3, 3, 3], [4, 4, 4]])
    parts = [Plain(tasks=dict(seg=SEG), palette=1), Plain(tasks=dict(seg=other), palette=2)]
    assert MultiTaskConcatDataset(parts, ignore_keys=ignore).metainfo['tasks'] == dict(seg=SEG)
    parts = [Plain(tasks=dict(seg=SEG)), Plain(tasks=dict(seg=other))]
    assert error_of(MultiTaskConcatDataset, parts).startswith('datasets[1].tasks.seg: expected')


def test_data_sets_without_tasks_are_joined_as_by_mmengine():
    same = [Plain(classes=('a',)), Plain(2, classes=('a',))]
    assert MultiTaskConcatDataset(same).metainfo == dict(classes=('a',))
    assert MultiTaskConcatDataset(same)[2]['number'] == 1
    others = [Plain(classes=('a',)), Plain(classes=('b',))]
    for kind in (mmengine.dataset.ConcatDataset, MultiTaskConcatDataset):
        assert 'does not match meta information' in error_of(kind, others)


def test_configs_mean_it_by_the_usual_name(tmp_path):
    root = str(write_cityscapes(tmp_path, dict(train=2)))
    parts = [
        dict(type='CityscapesMultiTaskDataset', data_root=root, tasks=tasks)
        for tasks in (['seg'], ['seg', 'depth'])
    ]
    with registry_scope():
        both = DATASETS.build(dict(type='ConcatDataset', datasets=parts))
    assert len(both) == 4
    assert list(both.metainfo['tasks']) == ['seg', 'depth']
