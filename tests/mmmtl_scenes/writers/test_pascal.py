from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import loadmat

from mmmtl.datasets import PascalContextMultiTaskDataset
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.street import render_street
from mmmtl_scenes.writers.cityscapes import StreetSceneSet
from mmmtl_scenes.writers.pascal import write_pascal_streets
from tests.utils.field_folders import PIPELINE
from tests.utils.scene_files import read_all

SMALL = StreetSceneSet(size=(64, 128), train=2, val=1, seed=0)


@pytest.fixture(scope='module')
def small_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp('streets') / 'set'
    assert write_pascal_streets(root, SMALL, workers=1, progress=False) == 3
    return root


def test_names_of_the_layout(small_set: Path) -> None:
    folders = {
        'JPEGImages': 'jpg', 'semseg/VOC12': 'png', 'human_parts': 'mat', 'sal_distill': 'png',
        'normals_distill': 'png', 'pascal-context/trainval': 'mat',
    }  # fmt: skip
    names = ('2008_000001', '2008_000002', '2009_000001')
    expected = {f'{folder}/{name}.{end}' for folder, end in folders.items() for name in names}
    others = {
        'ImageSets/Context/train.txt', 'ImageSets/Context/val.txt', 'pascal_streets.json',
        'db_info/context_classes.json', 'db_info/nyu_classes.json',
    }  # fmt: skip
    assert set(read_all(small_set)) == expected | others


def test_the_data_set_reads_the_rendering(small_set: Path) -> None:
    data = PascalContextMultiTaskDataset(data_root=str(small_set), pipeline=PIPELINE)
    street = render_street((0, 0, 1), (64, 128))
    ids = street.label_ids
    sample = data[1]['data_samples']
    classes = sample.gt_sem_seg.data[0].numpy()
    people = np.isin(ids, (LabelId.PERSON, LabelId.RIDER))
    assert set(np.unique(ids[classes == 15])) <= {LabelId.PERSON, LabelId.RIDER}
    assert (classes[ids == LabelId.ROAD] % 255 == 0).all()
    assert 0 < (classes == 255).mean() < 0.2
    parts = sample.gt_parts.data[0].numpy()
    assert set(np.unique(parts)) >= {0, 1, 2, 5, 6}
    assert people[parts > 0].all()
    head, leg = (np.flatnonzero((parts == part).any(axis=1)).mean() for part in (1, 6))
    assert head < leg
    counted = (sample.gt_normal_map.data.numpy() != 0).any(axis=0)
    walls = (LabelId.WALL, LabelId.BUILDING, LabelId.ROAD, LabelId.SIDEWALK)
    np.testing.assert_array_equal(counted, people | np.isin(ids, walls))
    label_map = loadmat(small_set / 'pascal-context/trainval/2008_000002.mat')['LabelMap']
    np.testing.assert_array_equal(label_map, ids)
    assert 0.02 < sample.gt_edge.data.mean() < 0.2


def test_the_largest_objects_are_salient(small_set: Path) -> None:
    for path in (small_set / 'sal_distill').iterdir():
        drawn = np.asarray(Image.open(path))
        classes = np.asarray(Image.open(small_set / 'semseg/VOC12' / path.name))
        assert len(np.unique(drawn)) > 2  # soft borders
        assert (classes[drawn == 255] > 0).all()


def test_the_bytes_do_not_depend_on_the_time_and_an_interrupted_run_goes_on(
    small_set: Path,
) -> None:
    before = read_all(small_set)
    (small_set / 'human_parts/2009_000001.mat').unlink()
    assert write_pascal_streets(small_set, SMALL, workers=1, progress=False) == 1
    assert read_all(small_set) == before


def test_the_lists_of_classes(small_set: Path) -> None:
    context = json.loads((small_set / 'db_info/context_classes.json').read_text())
    assert context['person'] == 24
    assert set(json.loads((small_set / 'db_info/nyu_classes.json').read_text())) & set(context)


def test_there_is_no_test_split_and_no_other_set(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='test must be 0, as PASCAL has no such split, found 2'):
        write_pascal_streets(tmp_path, StreetSceneSet(test=2), progress=False)
    (tmp_path / 'JPEGImages').mkdir()
    with pytest.raises(ValueError, match='holds JPEGImages but no pascal_streets'):
        write_pascal_streets(tmp_path, SMALL, progress=False)
