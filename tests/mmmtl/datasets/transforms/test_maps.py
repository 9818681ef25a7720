import numpy as np
import pytest

from mmmtl.datasets.transforms.maps import label_maps, zoom_labels
from mmmtl.tasks import DEPTH, NORMAL, SEG, BinaryTask, ClassTask, build_tasks
from tests.utils.samples import random_sample


def test_the_tasks_whose_maps_a_sample_holds_are_found():
    sample = random_sample()
    assert list(label_maps(sample)) == [SEG, DEPTH, NORMAL]
    sample['gt_depth_map'] = None
    del sample['gt_seg_map']
    assert list(label_maps(sample)) == [NORMAL]
    assert list(label_maps({})) == []


def test_the_data_set_s_tasks_are_those_of_the_sample():
    edge, parts = BinaryTask(name='edge'), ClassTask(name='parts')
    sample = random_sample() | dict(gt_edge=np.zeros((4, 6)), tasks={'edge': edge, 'parts': parts})
    assert list(label_maps(sample)) == [edge]  # not the known ones, and no map of parts
    assert list(label_maps(sample | dict(tasks=['edge']))) == [SEG, DEPTH, NORMAL]


@pytest.mark.parametrize(
    ('unit', 'exponent'), [('depth', -1), ('mtan', 1), ('inverse_depth', 1), ('disparity', 1)]
)
def test_the_unit_of_the_sample_says_what_a_depth_is(unit, exponent):
    sample = random_sample(depth_unit=unit)
    zoom_labels(sample, 2.0)
    assert np.array_equal(sample['gt_depth_map'], random_sample()['gt_depth_map'] * 2.0**exponent)


def test_a_task_s_own_unit_comes_before_that_of_the_sample():
    tasks = build_tasks(
        dict(near=dict(type='ScalarTask', unit='disparity'), height=dict(type='ScalarTask'))
    )
    maps = {task.map_key: np.full((2, 2), 3, np.float32) for task in tasks.values()}
    sample = dict(tasks=tasks, depth_unit='depth', **maps)
    zoom_labels(sample, 2.0)
    assert sample['gt_near'].tolist() == [[6, 6]] * 2
    assert sample['gt_height'].tolist() == [[3, 3]] * 2


@pytest.mark.parametrize(('unit', 'factor'), [('depth', 0.25), ('disparity', 4.0)])
def test_a_zoom_changes_depths_alone(unit, factor):
    before, sample = random_sample(), random_sample(depth_unit=unit)
    given = sample['gt_depth_map']
    zoom_labels(sample, 4.0)
    assert np.array_equal(sample['gt_depth_map'], before['gt_depth_map'] * np.float32(factor))
    assert np.array_equal(given, before['gt_depth_map'])  # a new map, not a changed one
    for key in ('gt_seg_map', 'gt_normal_map', 'img'):
        assert np.array_equal(sample[key], before[key])


def test_a_zoom_of_depths_of_an_unknown_unit_is_refused():
    sample = random_sample()
    del sample['depth_unit']
    with pytest.raises(ValueError, match=r'depth_unit: expected the unit .* the depth label'):
        zoom_labels(sample, 2.0)
    del sample['gt_depth_map']
    zoom_labels(sample, 2.0)
    assert np.array_equal(sample['gt_normal_map'], random_sample()['gt_normal_map'])
