import cv2
import numpy as np
import pytest

from mmmtl.datasets import CityscapesMultiTaskDataset
from mmmtl.datasets.conversion.reduced_cityscapes import reduce_cityscapes
from tests.utils.random_data import write_cityscapes

SETTINGS = ((32, 64), ['train', 'val'], 2)


@pytest.fixture(scope='module')
def source(tmp_path_factory):
    root = tmp_path_factory.mktemp('original')
    return write_cityscapes(root, dict(train=3, val=2), size=(64, 128), camera=(0.5, 1000))


@pytest.fixture(scope='module')
def copy(source, tmp_path_factory):
    target = tmp_path_factory.mktemp('copies') / 'small'
    assert reduce_cityscapes(source, target, *SETTINGS) == 5
    return target


def pipeline(*more):
    return [
        dict(type='LoadMultiTaskImage'),
        dict(type='LoadMultiTaskAnnotations'),
        *more,
        dict(type='PackMultiTaskInputs'),
    ]


@pytest.mark.parametrize('depth_unit', ['mtan', 'depth'])
def test_the_copy_is_what_the_transform_gives(source, copy, depth_unit):
    reduce = dict(type='ReduceResolution', size=(32, 64))
    settings = dict(split='val', depth_unit=depth_unit)
    large = CityscapesMultiTaskDataset(data_root=str(source), pipeline=pipeline(reduce), **settings)
    small = CityscapesMultiTaskDataset(data_root=str(copy), pipeline=pipeline(), **settings)
    for a, b in zip(large, small, strict=True):
        assert a['inputs'].equal(b['inputs'])
        for field in ('gt_sem_seg', 'gt_depth_map'):
            assert a['data_samples'].get(field).data.equal(b['data_samples'].get(field).data)
        assert b['data_samples'].ori_shape == (32, 64)


def test_an_interrupted_copy_goes_on(source, copy):
    kept = copy / 'leftImg8bit/train/town/town_000000_000000_leftImg8bit.png'
    lost = copy / 'disparity/train/town/town_000000_000001_disparity.png'
    before = lost.read_bytes()
    stamp = kept.stat().st_mtime_ns
    lost.unlink()
    assert reduce_cityscapes(source, copy, *SETTINGS) == 5
    assert lost.read_bytes() == before
    assert cv2.imread(str(lost), cv2.IMREAD_UNCHANGED).dtype == np.uint16
    assert kept.stat().st_mtime_ns == stamp
