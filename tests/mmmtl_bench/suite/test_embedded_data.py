"""Embedded data sets that a suite asks for."""

import re

import pytest

from mmmtl_bench.suite.embedded_data import EmbeddedData
from mmmtl_scenes import DecathlonSet, RoomSet, StreetSceneSet
from tests.utils.suite_values import values_of


def test_embedded_data(read):
    streets = {'scenes': 'streets', 'path': 'data/a', 'train': 3, 'val': 2, 'size': [32, 64]}
    rooms = {'scenes': 'rooms', 'path': 'data/b', 'seed': 4}
    decathlon = {'scenes': 'decathlon', 'path': 'data/c', 'share': 0.5}
    first, second, third = read(values_of(data=[streets, rooms, decathlon])).data
    assert (first.path, second.path) == ('data/a', 'data/b')
    assert first.scenes == StreetSceneSet(train=3, val=2, size=(32, 64))
    assert second.scenes == RoomSet(seed=4)
    assert third.scenes == DecathlonSet(share=0.5)


@pytest.mark.parametrize(
    ('kind', 'file'), [('pascal', 'ImageSets/Context/val.txt'), ('nyud', 'gt_sets/val.txt')]
)
def test_the_layouts_of_the_decoders_benchmarks(read, tmp_path, kind, file):
    item = {'scenes': kind, 'path': str(tmp_path / 'a'), 'train': 0, 'val': 1, 'size': [32, 48]}
    (data,) = read(values_of(data=[item])).data
    assert data.write(progress=False) == 1
    assert len((tmp_path / 'a' / file).read_text().split()) == 1


def test_embedded_data_are_written(read, tmp_path):
    item = {'scenes': 'streets', 'path': str(tmp_path / 'a'), 'train': 2, 'val': 1}
    (data,) = read(values_of(data=[item | {'size': [32, 64]}])).data
    assert data.write(progress=False) == 3
    assert len(list((tmp_path / 'a').glob('leftImg8bit/train/*/*.png'))) == 2
    assert data.write(progress=False) == 0


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        ('streets', "expected values by key, found 'streets'"),
        (
            {'scenes': 'seas', 'path': 'x'},
            "scenes: expected streets or rooms or decathlon or pascal or nyud, found 'seas'",
        ),
        ({'scenes': 'rooms', 'path': ''}, "path: expected the folder of the set, found ''"),
        (
            {'scenes': 'streets', 'path': 'x', 'trian': 3, 'colour': 1},
            'unknown keys trian, colour; known are scenes, path, size, train, val, test, seed, '
            'normals, dropouts, supersample; did you mean train?',
        ),
        (
            {'scenes': 'rooms', 'path': 'x', 'size': [1, 2, 3]},
            'size: expected [height, width] in pixels, found [1, 2, 3]',
        ),
        ({'scenes': 'streets', 'path': 'x', 'val': -1}, 'val must be'),
    ],
)
def test_mistakes_are_named(values, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        EmbeddedData.from_suite(values)
