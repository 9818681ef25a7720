from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mmmtl.datasets import NYUDMultiTaskDataset
from mmmtl.datasets.nyuv2_labels import CLASS_SETS
from mmmtl.thinning import thin
from mmmtl_scenes.rooms.room import render_room
from mmmtl_scenes.writers.encoding import outlines
from mmmtl_scenes.writers.nyud import write_nyud_rooms
from mmmtl_scenes.writers.nyuv2 import RoomSet
from tests.utils.field_folders import PIPELINE
from tests.utils.scene_files import read_all

SMALL = RoomSet(size=(48, 64), train=2, val=2, seed=5, dropouts=0.05)


@pytest.fixture(scope='module')
def small_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp('rooms') / 'set'
    assert write_nyud_rooms(root, SMALL, workers=1, progress=False) == 4
    return root


def test_names_of_the_layout(small_set: Path) -> None:
    folders = dict(images='png', segmentation='png', depth='npy', normals='png', edge='png')
    expected = {f'{folder}/000{i}.{end}' for folder, end in folders.items() for i in (1, 2, 3, 4)}
    others = {'gt_sets/train.txt', 'gt_sets/val.txt', 'nyud_rooms.json'}
    assert set(read_all(small_set)) == expected | others
    assert (small_set / 'gt_sets/val.txt').read_text() == '0003\n0004\n'


def test_the_data_set_reads_the_rendering(small_set: Path) -> None:
    data = NYUDMultiTaskDataset(split='val', data_root=str(small_set), pipeline=PIPELINE)
    room = render_room((5, 1, 1), (48, 64))
    item = data[1]
    sample = item['data_samples']
    np.testing.assert_array_equal(item['inputs'].numpy()[::-1].transpose(1, 2, 0), room.image)
    classes = np.vectorize(CLASS_SETS[40].table.get)(room.label_ids)
    np.testing.assert_array_equal(sample.gt_sem_seg.data[0].numpy(), classes)
    depth = sample.gt_depth_map.data[0].numpy()
    kept = depth > 0
    assert 0.8 < kept.mean() < 0.97
    np.testing.assert_array_equal(depth[kept], room.depth[kept])
    normals = sample.gt_normal_map.data.numpy().transpose(1, 2, 0)
    assert (normals[~kept] == 0).all()
    assert (np.einsum('pc,pc->p', normals[kept], room.normal[kept]) > 0.9999).all()
    np.testing.assert_array_equal(sample.gt_edge.data[0].numpy(), thin(outlines(room.label_ids)))


def test_an_interrupted_run_goes_on_with_the_same_bytes(small_set: Path) -> None:
    before = read_all(small_set)
    (small_set / 'edge/0002.png').unlink()
    assert write_nyud_rooms(small_set, SMALL, workers=1, progress=False) == 1
    assert read_all(small_set) == before


def test_another_set_is_left_alone(small_set: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='made with other parameters: seed is 5'):
        write_nyud_rooms(small_set, RoomSet(size=(48, 64), train=2, val=2), progress=False)
    (tmp_path / 'images').mkdir()
    with pytest.raises(ValueError, match='holds images but no nyud_rooms'):
        write_nyud_rooms(tmp_path, SMALL, progress=False)
