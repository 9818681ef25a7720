import numpy as np
import pytest

from mmmtl.datasets.transforms.maps import label_maps, map_kind, zoom_labels
from mmmtl.geometry import MapKind
from mmmtl.tasks import DEPTH, NORMAL, SEG
from tests.utils.samples import random_sample


def test_the_tasks_whose_maps_a_sample_holds_are_found():
    sample = random_sample()
    assert list(label_maps(sample)) == [SEG, DEPTH, NORMAL]
    sample['gt_depth_map'] = None
    del sample['gt_seg_map']
    assert list(label_maps(sample)) == [NORMAL]
    assert list(label_maps({})) == []


@pytest.mark.parametrize(
    ('unit', 'expected'),
    [
        ('depth', MapKind.DEPTH),
        ('mtan', MapKind.INVERSE_DEPTH),
        ('inverse_depth', MapKind.INVERSE_DEPTH),
        ('disparity', MapKind.DISPARITY),
        (None, MapKind.SCALAR),
    ],
)
def test_the_unit_of_the_sample_says_what_a_depth_is(unit, expected):
    sample = dict(depth_unit=unit)
    assert map_kind(DEPTH, sample) is expected
    assert map_kind(SEG, sample) is MapKind.CLASSES
    assert map_kind(NORMAL, sample) is MapKind.DIRECTION


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
