from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mmseg.registry import DATASETS

from mmmtl.apis.launch import load_config
from mmmtl.datasets.nyuv2_labels import CLASS_SETS
from mmmtl.tasks import tasks_in
from mmmtl_scenes.rooms.room import render_room
from mmmtl_scenes.writers.folders import write_folders_of_rooms
from mmmtl_scenes.writers.nyuv2 import RoomSet
from tests.utils.paths import CONFIGS
from tests.utils.scene_files import read_all

SMALL = RoomSet(size=(48, 64), train=1, val=1, seed=5, dropouts=0.05)


@pytest.fixture(scope='module')
def small_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp('rooms') / 'own'
    assert write_folders_of_rooms(root, SMALL, workers=1, progress=False) == 2
    return root


def test_names_of_the_layout(small_set: Path) -> None:
    images = {'images/0001.jpg', 'images/0002.png'}
    ends = dict(masks='png', depth_mm='png', depth='npy')
    labels = {f'{folder}/000{i}.{end}' for folder, end in ends.items() for i in (1, 2)}
    others = {'splits/train.txt', 'splits/val.txt', 'folders.json'}
    assert set(read_all(small_set)) == images | labels | others


def test_the_example_reads_the_rendering(small_set: Path) -> None:
    cfg = load_config(str(CONFIGS / 'own_data_example.py'))
    dataset = DATASETS.build(dict(cfg.val_dataloader.dataset, data_root=str(small_set)))
    room = render_room((5, 1, 0), (48, 64))
    (item,) = dataset
    sample = item['data_samples']
    np.testing.assert_array_equal(item['inputs'].numpy()[::-1].transpose(1, 2, 0), room.image)
    classes = np.vectorize(CLASS_SETS[13].table.get)(room.label_ids)
    np.testing.assert_array_equal(sample.gt_sem_seg.data[0].numpy(), classes)
    depth = sample.gt_depth_map.data[0].numpy()
    kept = depth > 0
    assert 0.8 < kept.mean() < 0.97
    np.testing.assert_allclose(depth[kept], room.depth[kept], atol=0.00051)
    metres = np.load(small_set / 'depth/0002.npy')
    np.testing.assert_array_equal(metres[kept], room.depth[kept])
    assert tasks_in(dataset.metainfo)['seg'].palette == CLASS_SETS[13].palette
    assert tuple(cfg.tasks.seg.classes) == CLASS_SETS[13].classes
