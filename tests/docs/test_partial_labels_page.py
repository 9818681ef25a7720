"""The examples of docs/partial_labels.md run as they stand, at a small size."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from mmengine.config import Config
from mmseg.registry import DATASETS

from mmmtl.apis.launch import build_runner, load_config
from tests.utils.paths import DOCS
from tests.utils.random_data import write_cityscapes

DOC = (DOCS / 'partial_labels.md').read_text()
SEVERAL, SINGLE = re.findall(r'```python\n(.*?)```', DOC, flags=re.DOTALL)
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


def test_several_data_sets(camvid_mini, repository, tmp_path):
    write_cityscapes(tmp_path / 'streets', dict(train=4, val=3), size=(64, 128))
    text = SEVERAL.replace('./mtan', f'{repository}/configs/mtan')
    text = text.replace('data/camvid', str(camvid_mini))
    config = tmp_path / 'mixed.py'
    config.write_text(text + SMALL)
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


def test_single_images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ('images', 'ids', 'normals'):
        Path('data/mine', folder).mkdir(parents=True)
    for name in 'ab':
        cv2.imwrite(f'data/mine/images/{name}.jpg', np.zeros((8, 8, 3), np.uint8))
        cv2.imwrite(f'data/mine/ids/{name}.png', np.ones((8, 8), np.uint8))
    np.save('data/mine/normals/a.npy', np.full((8, 8, 3), -1.0))
    data = DATASETS.build(Config.fromstring(SINGLE, '.py').dataset)
    normals = [data[index]['data_samples'].gt_normal_map.data for index in range(2)]
    assert [normal.any().item() for normal in normals] == [True, False]
