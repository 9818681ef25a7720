"""Five tasks on the embedded streets, three of them from one file of ids, from one command."""

import json
import subprocess
import sys

import numpy as np
import pytest
from mmengine.config import Config
from mmseg.registry import DATASETS
from PIL import Image

from mmmtl.apis.launch import load_config
from mmmtl.datasets.cityscapes_labels import CLASS_SETS
from mmmtl_scenes import StreetSceneSet, write_street_scenes
from tests.utils.paths import CONFIGS, REPOSITORY

CONFIG = CONFIGS / 'mtan_segnet_streets5.py'
TASKS = ('category', 'label', 'edge', 'depth', 'normal')
EPOCHS = 12
METRICS = ('category/mIoU', 'label/mIoU', 'edge/maxF', 'depth/abs_err', 'normal/mean')
LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')


@pytest.fixture(scope='module')
def scenes(tmp_path_factory):
    root = tmp_path_factory.mktemp('streets5')
    scenes = StreetSceneSet(size=(32, 64), train=6, val=2, normals=True)
    write_street_scenes(root, scenes, workers=1, progress=False)
    return root


@pytest.mark.e2e
def test_one_command_teaches_all_five(scenes, tmp_path):
    options = {
        **{f'{loader}.dataset.data_root': scenes for loader in LOADERS},
        'model.backbone.widths': '(4,4,4,4,4)',
        'model.neck.widths': '(4,4,4,4,4)',
        **{f'model.decode_head.{t}.{k}': 4 for t in TASKS for k in ('in_channels', 'channels')},
        'default_hooks.logger.interval': 1,
        'randomness.seed': 1,
        'train_cfg.max_epochs': EPOCHS,
        'param_scheduler.0.eta_max': 0.02,
        'param_scheduler.0.total_steps': EPOCHS,
        'train_cfg.val_interval': EPOCHS,
        'default_hooks.checkpoint.interval': EPOCHS,
    }
    command = [sys.executable, REPOSITORY / 'tools/train.py', CONFIG, '--work-dir', tmp_path]
    command += ['--cfg-options', *(f'{key}={value}' for key, value in options.items())]
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (log,) = tmp_path.glob('*/vis_data/scalars.json')
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    steps = [entry for entry in entries if 'category/raw' in entry]
    assert len(steps) == EPOCHS * 3
    for task in TASKS:
        raw = [step[f'{task}/raw'] for step in steps]
        assert np.mean(raw[-3:]) < np.mean(raw[:3]), task
        assert len({step[f'{task}/weight'] for step in steps}) > 1
    measured = [entry for entry in entries if 'edge/maxF' in entry]
    assert len(measured) == 1
    assert all(np.isfinite(measured[-1][key]) for key in METRICS)
    assert len(list(tmp_path.glob('best_label_mIoU_epoch_*.pth'))) == 1


def test_three_labels_are_views_of_one_file(scenes):
    cfg = load_config(CONFIG, {f'{LOADERS[1]}.dataset.data_root': str(scenes)})
    dataset = DATASETS.build(cfg.val_dataloader.dataset)
    sample = dataset[0]['data_samples']
    ids = np.asarray(Image.open(sample.metainfo['label_map_path'])).astype(int)
    for task, count in (('category', 7), ('label', 19)):
        found = sample.get(f'gt_{task}').data[0].numpy()
        table = CLASS_SETS[count].table
        expected = np.vectorize(lambda i, table=table: table[i])(ids)
        np.testing.assert_array_equal(found, expected)
    edge = sample.gt_edge.data[0].numpy()
    around = np.pad(ids, 1, mode='edge')
    neighbours = (around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:])
    np.testing.assert_array_equal(edge == 1, np.any([n != ids for n in neighbours], axis=0))
    assert 0 < edge.mean() < 0.5
    assert sample.gt_depth_map.data.max() < 0.5  # p / 65535
    assert sample.gt_normal_map.data.norm(dim=0).mean() > 0.9


def test_classes_and_colours_are_those_of_cityscapes():
    tasks = Config.fromfile(CONFIG).tasks
    for task, count in (('category', 7), ('label', 19)):
        assert tuple(tasks[task].classes) == CLASS_SETS[count].classes
        assert tuple(map(tuple, tasks[task].palette)) == tuple(
            map(tuple, CLASS_SETS[count].palette)
        )
