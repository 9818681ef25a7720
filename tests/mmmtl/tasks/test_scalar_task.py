import math

import numpy as np
import pytest
import torch

from mmmtl.tasks import DEPTH, ScalarTask
from tests.utils.errors import error_of

NAN = float('nan')


def valid(task, *numbers):
    return task.valid_mask(torch.tensor([[numbers]]))[0, 0].tolist()


def test_which_numbers_count():
    assert valid(DEPTH, 0.0, 255.0) == [False, True]
    assert valid(ScalarTask(name='height'), 0.0, -1.0, NAN) == [True, True, False]
    assert valid(ScalarTask(name='height', invalid=-1), 0.0, -1.0, -2.0) == [True, False, True]
    near = ScalarTask(name='near', unit='depth', min_value=0.5, max_value=80)
    assert valid(near, 0.0, 0.4, 0.5, 80.0, 80.1) == [False, False, True, True, False]
    only = ScalarTask(name='height', max_value=2)
    assert valid(only, -9.0, 2.0, 3.0, NAN) == [True, True, False, False]


def test_what_fills_a_pixel_without_a_label():
    assert DEPTH.fill == ScalarTask(name='near', unit='mtan').fill == 0
    assert math.isnan(ScalarTask(name='height', unit='m').fill)
    assert ScalarTask(name='near', unit='mtan', invalid=-1).fill == -1
    assert math.isnan(ScalarTask(name='near', unit='mtan', invalid=NAN).fill)
    assert ScalarTask(name='near', unit='mtan', invalid=NAN) == ScalarTask(
        name='near', unit='mtan', invalid=float('nan')
    )


@pytest.mark.parametrize(('low', 'high'), [(2, 1), (1, 1)])
def test_an_empty_range_is_named(low, high):
    found = error_of(ScalarTask, name='height', min_value=low, max_value=high)
    expected = f'tasks.height: expected min_value < max_value, found {low} and {high}.'
    assert found == expected


@pytest.mark.parametrize(
    'limits', [{}, {'max_value': 0.2}, {'max_value': -3}, {'min_value': 7}, {'max_value': 80}]
)
def test_random_labels_lie_in_the_range(limits):
    task = ScalarTask(name='height', **limits)
    assert task.valid_mask(task.random_label((9, 9))).all()


@pytest.mark.parametrize(
    ('unit', 'is_depth', 'label', 'exponent'),
    [
        ('', False, 'height', 0),
        ('m', False, 'height [m]', 0),
        ('depth', True, 'depth [m]', -1),
        ('inverse_depth', True, 'inverse depth [1/m]', 1),
        ('mtan', True, 'inverse depth [p / 65535]', 1),
        ('disparity', True, 'disparity [px]', 1),
    ],
)
def test_what_a_unit_says(unit, is_depth, label, exponent):
    task = ScalarTask(name='height', unit=unit)
    assert task.is_depth == task.changes_with_zoom == is_depth
    assert task.label == label
    assert task.zoom_exponent == exponent
    expected = dict(quantity='scalar') | (dict(unit=unit, label=label) if unit else {})
    assert task.describe() == expected


def test_a_zoom_of_a_depth_without_a_unit_is_refused():
    assert DEPTH.changes_with_zoom
    assert error_of(DEPTH.zoom_values, np.ones((2, 2), np.float32), 2.0) == (
        'depth_unit: expected the unit of the depths, as a zoom changes the depth label by its '
        "unit, found none; the data set's depth_unit or the task's `unit` states it."
    )


def test_a_zoom_brings_no_number_into_the_range():
    task = ScalarTask(name='near', unit='depth', invalid=-1, min_value=1, max_value=10)
    label = np.array([[-1, 0.6, 1, 4, 10, 12]], np.float32)
    assert task.zoom_values(label, 2).tolist() == [[-1, -1, 0.5, 2, 5, -1]]
    assert task.zoom_values(label, 0.5).tolist() == [[-1, -1, 2, 8, 20, -1]]
    assert task.zoom_values(label, 2).dtype == np.float32


def test_a_number_without_a_unit_stays_with_its_range():
    task = ScalarTask(name='height', max_value=1)
    label = np.array([[5.0]])
    assert task.zoom_values(label, 2) is label


def test_heads_of_this_package_and_of_mmseg_find_zeros_where_there_is_no_label():
    task = ScalarTask(name='height', invalid=-1, max_value=9)
    found = task.head_label(torch.tensor([[[2.0, -1.0, 10.0]]]))
    assert sorted(found) == ['gt_depth_map', 'gt_map', 'gt_valid']
    assert found['gt_map'].tolist() == found['gt_depth_map'].tolist() == [[[2, 0, 0]]]
    assert found['gt_valid'].tolist() == [[[True, False, False]]]
    number = ScalarTask(name='height').head_label(torch.tensor([[[2.0, NAN]]]))
    assert number['gt_map'].tolist() == [[[2, 0]]]


def test_outputs_are_predictions():
    output = torch.randn(1, 2, 3)
    for method in (DEPTH.decode, DEPTH.to_mean, DEPTH.from_mean, DEPTH.normalise):
        assert method(output) is output


def test_readers_are_told_which_number_is_invalid():
    read = dict(type='ScalarReader', invalid=0, signed=False)
    assert DEPTH.default_reader() == read
    assert ScalarTask(name='near', unit='depth', invalid=-1).default_reader() == dict(
        read, invalid=-1
    )
    height = ScalarTask(name='height').default_reader()
    assert math.isnan(height.pop('invalid'))
    assert height == dict(type='ScalarReader', signed=True)
    assert DEPTH.reader_facts == dict(invalid=0)
    facts = ScalarTask(name='near', unit='mtan').reader_facts
    assert facts == dict(invalid=0, depth_unit='mtan')


@pytest.mark.parametrize(('unit', 'keys'), [(None, ('depth_unit',)), ('mtan', ('depth_unit',))])
def test_the_unit_of_a_data_set_is_about_depths(unit, keys):
    assert ScalarTask(name='depth', unit=unit).metainfo_keys == keys
    assert ScalarTask(name='height', unit='kg').metainfo_keys == ()


def test_a_data_set_completes_the_unit_of_a_depth_alone():
    assert DEPTH.completed(dict(depth_unit='mtan')) == ScalarTask(name='depth', unit='mtan')
    assert DEPTH.completed({}) is DEPTH
    for task in (ScalarTask(name='height'), ScalarTask(name='near', unit='disparity')):
        assert task.completed(dict(depth_unit='mtan')) is task
    with pytest.raises(ValueError, match="depth_unit 'feet'"):
        DEPTH.completed(dict(depth_unit='feet'))
