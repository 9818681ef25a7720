import json
import subprocess
import sys

import cv2
import numpy as np
import pytest

from mmmtl.datasets import CityscapesMultiTaskDataset
from tests.utils.random_data import write_cityscapes


def convert(repository, source, target, *options):
    script = repository / 'tools/dataset_converters/cityscapes.py'
    return subprocess.run(
        [sys.executable, script, source, target, '--workers', '2', *options],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope='module')
def source(tmp_path_factory):
    root = tmp_path_factory.mktemp('original')
    return write_cityscapes(root, dict(train=3, val=2), size=(64, 128), camera=(0.5, 1000))


@pytest.fixture(scope='module')
def copy(source, repository, tmp_path_factory):
    target = tmp_path_factory.mktemp('copies') / 'small'
    done = convert(repository, source, target, '--size', '32x64')
    assert done.returncode == 0, done.stderr
    assert '5 samples of size 32x64' in done.stdout
    return target


def pipeline(*more):
    return [
        dict(type='LoadMultiTaskImage'),
        dict(type='LoadMultiTaskAnnotations'),
        *more,
        dict(type='PackMultiTaskInputs'),
    ]


@pytest.mark.e2e
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


@pytest.mark.e2e
def test_an_interrupted_copy_goes_on(source, copy, repository):
    kept = copy / 'leftImg8bit/train/town/town_000000_000000_leftImg8bit.png'
    lost = copy / 'disparity/train/town/town_000000_000001_disparity.png'
    before = lost.read_bytes()
    stamp = kept.stat().st_mtime_ns
    lost.unlink()
    assert convert(repository, source, copy, '--size', '32x64').returncode == 0
    assert lost.read_bytes() == before
    assert cv2.imread(str(lost), cv2.IMREAD_UNCHANGED).dtype == np.uint16
    assert kept.stat().st_mtime_ns == stamp


@pytest.mark.e2e
def test_mistakes_are_named(source, copy, repository, tmp_path):
    for target, options, reason in (
        (copy, ('--size', '16x32'), 'size is [32, 64], expected [16, 32]'),
        (source, (), 'holds leftImg8bit but no reduced_cityscapes.json'),
        (tmp_path / 'new', ('--splits', 'test'), 'leftImg8bit/test: expected images'),
        (tmp_path / 'new', ('--size', '128'), 'expected HEIGHTxWIDTH such as 128x256'),
    ):
        done = convert(repository, source, target, *options)
        assert done.returncode != 0
        assert reason in done.stderr
        assert 'Traceback' not in done.stderr
    assert json.loads((copy / 'reduced_cityscapes.json').read_text()) == dict(size=[32, 64])


@pytest.mark.e2e
def test_a_broken_original_is_named(cityscapes_root, repository, tmp_path):
    path = cityscapes_root / 'gtFine/train/town/town_000000_000002_gtFine_labelIds.png'
    path.write_bytes(path.read_bytes()[:60])
    done = convert(repository, cityscapes_root, tmp_path / 'out', '--size', '16x32')
    assert done.returncode == 1
    assert f'error: {path}: truncated or broken' in done.stderr
