"""The examples of docs/partial_labels.md run as they stand, at a small size."""

import json

import cv2
import numpy as np
import pytest
from mmengine.config import Config

from mmmtl.apis.launch import build_runner, load_config
from tests.utils.doc_pages import run_python, write_configs
from tests.utils.random_data import write_cityscapes

PAGE = 'partial_labels.md'
LOOK = """
import json

import mmmtl
from mmseg.registry import DATASETS

data = DATASETS.build(dataset)
normals = [data[index]['data_samples'].gt_normal_map.data for index in range(2)]
print(json.dumps([normal.any().item() for normal in normals]))
"""
SMALL = """
model = dict(
    backbone=dict(widths=(8, 16, 16, 16, 16)),
    neck=dict(widths=(8, 16, 16, 16, 16)),
    decode_head=dict(
        seg=dict(in_channels=8, channels=8), depth=dict(in_channels=8, channels=8)
    ),
)
train_dataloader.update(batch_size=4, num_workers=0)
val_dataloader.update(num_workers=0)
train_cfg = dict(max_epochs=4, val_interval=4)
optim_wrapper = dict(optimizer=dict(lr=2e-3))
default_hooks = dict(logger=dict(interval=1))
"""


def test_several_data_sets(camvid_mini, tmp_path):
    write_cityscapes(tmp_path / 'streets', dict(train=4, val=3), size=(64, 128))
    (config,) = write_configs(PAGE, tmp_path)
    config.write_text(config.read_text().replace('data/camvid', str(camvid_mini)) + SMALL)
    cfg = load_config(config, work_dir=tmp_path / 'run')
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        streets, photographs = loader.dataset.datasets
        streets.data_root = str(tmp_path / 'streets')
        photographs.indices = 8
        photographs.pipeline = [
            dict(step, crop_size=(64, 128)) if 'crop_size' in step else step
            for step in photographs.pipeline
        ]
        streets.pipeline = [
            dict(step, size=(64, 128)) if 'size' in step else step for step in streets.pipeline
        ]
    runner = build_runner(cfg)
    runner.train()
    scalars = {key: log.data[0] for key, log in runner.message_hub.log_scalars.items()}
    assert scalars['train/seg/raw'].size == 12  # 12 images in batches of 4, four times
    assert 0 < scalars['train/depth/raw'].size <= 12
    assert scalars['train/seg/raw'][-3:].mean() < scalars['train/seg/raw'][:3].mean()
    metrics = runner.test()
    assert metrics['seg/mIoU'] > 0
    # Depth is measured on the streets alone, and every one of them counts.
    streets = Config(dict(cfg.test_dataloader, dataset=cfg.test_dataloader.dataset.datasets[0]))
    runner.test_loop.dataloader = runner.build_dataloader(streets)
    alone = runner.test()
    assert metrics['depth/abs_err'] == pytest.approx(alone['depth/abs_err'], rel=1e-6)


@pytest.mark.e2e
def test_single_images(tmp_path):
    data = tmp_path / 'data' / 'mine'
    for folder in ('images', 'ids', 'normals'):
        (data / folder).mkdir(parents=True)
    for name in 'ab':
        cv2.imwrite(str(data / f'images/{name}.jpg'), np.zeros((8, 8, 3), np.uint8))
        cv2.imwrite(str(data / f'ids/{name}.png'), np.ones((8, 8), np.uint8))
    np.save(data / 'normals/a.npy', np.full((8, 8, 3), -1.0))
    assert json.loads(run_python(PAGE, tmp_path, after=LOOK)[-1][-1]) == [True, False]
