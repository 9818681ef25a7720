import mmengine.dataset
import pytest
from mmengine.dataset import BaseDataset, RepeatDataset
from mmseg.registry import DATASETS
from mmseg.structures import SegDataSample

from mmmtl.compat.scope import registry_scope
from mmmtl.datasets import MultiTaskConcatDataset
from mmmtl.sets.set_of_sample import set_of
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


def test_label_files_may_state_other_colours():
    without = {key: value for key, value in SEG.items() if key != 'palette'}
    parts = [SEG, dict(SEG, palette=[[3, 3, 3], [4, 4, 4]]), without]
    sets = [Plain(tasks=dict(seg=one)) for one in parts]
    for one in sets[:2]:
        one.colors_of_files = {'seg'}
    joined = MultiTaskConcatDataset(sets)
    assert joined.metainfo['tasks'] == dict(seg=SEG)


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


PHOTOGRAPHS = dict(classes=('a', 'b'), palette=[[1, 1, 1], [2, 2, 2]], depth_unit='depth')
OFFICE = dict(classes=(), palette=[], depth_unit='mtan')


@pytest.mark.parametrize('first', ['photographs', 'office'])
def test_what_is_said_of_a_task_is_what_the_part_with_the_task_says(first):
    parts = dict(
        photographs=Plain(2, tasks=dict(seg=SEG), **PHOTOGRAPHS),
        office=Plain(3, tasks=dict(depth=DEPTH), **OFFICE),
    )
    ordered = {first: parts.pop(first), **parts}
    whole = MultiTaskConcatDataset(ordered)
    assert whole.names == tuple(ordered)
    assert whole.metainfo == dict(PHOTOGRAPHS, depth_unit='mtan', tasks=whole.metainfo['tasks'])
    assert set(whole.metainfo['tasks']) == {'seg', 'depth'}
    assert tasks_in(whole.metainfo, ['depth'])['depth'].unit == 'mtan'


def test_what_is_no_matter_of_tasks_must_be_the_same():
    parts = [
        Plain(tasks=dict(seg=SEG), camera='left', **PHOTOGRAPHS),
        Plain(tasks=dict(depth=DEPTH), camera='right', **OFFICE),
    ]
    assert 'does not match meta information' in error_of(MultiTaskConcatDataset, parts)
    whole = MultiTaskConcatDataset(parts, ignore_keys='camera')
    assert whole.metainfo['camera'] == 'left'


def test_a_part_that_tells_of_no_tasks_may_have_any_of_them():
    parts = [Plain(tasks=dict(depth=DEPTH), **OFFICE), Plain(**PHOTOGRAPHS)]
    assert 'does not match meta information' in error_of(MultiTaskConcatDataset, parts)


def test_samples_say_which_part_they_are_of():
    class Packed(Plain):
        def __getitem__(self, index):
            return dict(data_samples=SegDataSample())

    both = MultiTaskConcatDataset(dict(one=Packed(2), two=Packed(1)))
    assert [set_of(both[index]['data_samples']) for index in range(3)] == ['one', 'one', 'two']
    assert [set_of(s['data_samples']) for s in MultiTaskConcatDataset([Packed()] * 2)] == ['0', '1']


@pytest.mark.parametrize(
    ('datasets', 'message'),
    [
        ({}, 'datasets: expected at least one data set, found none.'),
        (dict(type='Plain'), 'datasets: expected data sets by name, dict(NAME=dict(type=...), .'),
        ({'a/b': Plain()}, 'datasets: expected names of letters, digits, underscores and hyphens'),
    ],
)
def test_what_is_no_set_of_names_is_refused(datasets, message):
    assert error_of(MultiTaskConcatDataset, datasets).startswith(message)


def test_parts_may_be_wrappers_built_or_not():
    repeated = RepeatDataset(Plain(2, tasks=dict(seg=SEG)), times=3)
    both = MultiTaskConcatDataset(dict(a=repeated, b=Plain(1, tasks=dict(parts=PARTS))))
    assert len(both) == 7
    assert list(both.metainfo['tasks']) == ['seg', 'parts']
    with pytest.raises(TypeError, match='should be config or'):
        MultiTaskConcatDataset([3])


def test_a_part_is_named_as_it_was_given():
    parts = dict(one=Plain(tasks=dict(seg=SEG)), two=Plain(tasks=dict(seg=PARTS)))
    assert error_of(MultiTaskConcatDataset, parts).startswith('datasets.two.tasks.seg: expected')
