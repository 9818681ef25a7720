"""The augmented three-task config on embedded rooms, in the authors' layout."""

import numpy as np
import pytest
import torch
from mmseg.registry import DATASETS

from mmmtl.apis.launch import build_runner, load_config
from mmmtl_scenes import RoomSet, write_rooms
from tests.utils.paths import CONFIGS

CONFIG = CONFIGS / 'mtan_segnet_nyuv2_aug.py'
WIDTHS = (8, 8, 8, 8, 8)
HEAD = dict(in_channels=8, channels=8)


@pytest.fixture(scope='module')
def cfg(tmp_path_factory):
    root = tmp_path_factory.mktemp('rooms')
    write_rooms(root, RoomSet(size=(72, 96), train=6, val=3), progress=False)
    loaders = ('train_dataloader', 'val_dataloader', 'test_dataloader')
    options = {
        **{f'{loader}.dataset.data_root': str(root) for loader in loaders},
        **{f'{loader}.num_workers': 0 for loader in loaders},
        'model.backbone.widths': WIDTHS,
        'model.neck.widths': WIDTHS,
        **{f'model.decode_head.{task}': HEAD for task in ('seg', 'depth', 'normal')},
        'optim_wrapper.optimizer.lr': 5e-3,
        'train_cfg.max_epochs': 8,
        'train_cfg.val_interval': 8,
        'default_hooks.checkpoint.interval': 8,
    }
    cfg = load_config(CONFIG, options, tmp_path_factory.mktemp('run'))
    for loader in loaders:  # not reduced: the files have the size of the test
        dataset = cfg[loader].dataset
        dataset.pipeline = [s for s in dataset.pipeline if s.type != 'ReduceResolution']
    return cfg


def test_three_tasks_learn_and_are_measured(cfg):
    torch.manual_seed(0)
    runner = build_runner(cfg)
    runner.train()
    for task in ('seg', 'depth', 'normal'):
        losses, _ = runner.message_hub.get_scalar(f'train/{task}/raw').data
        assert len(losses) == 24
        assert losses[-6:].mean() < losses[:6].mean()
    metrics = runner.test()
    normal = ('mean', 'median', '11.25', '22.5', '30')
    assert {f'normal/{key}' for key in normal} | {'seg/mIoU', 'depth/abs_err'} <= set(metrics)
    assert 0 < metrics['normal/mean'] < 90
    assert metrics['normal/11.25'] <= metrics['normal/22.5'] <= metrics['normal/30'] <= 100


def test_the_augmentation_keeps_normals_unit_and_holes_together(cfg):
    data = DATASETS.build(cfg.train_dataloader.dataset)
    for index in range(6):
        sample = data[index]['data_samples']
        length = sample.gt_normal_map.data.norm(dim=0).numpy()
        depth = sample.gt_depth_map.data[0].numpy()
        np.testing.assert_array_equal(length > 0, depth > 0)
        np.testing.assert_allclose(length[depth > 0], 1, atol=1e-5)
        assert sample.gt_sem_seg.data.unique().tolist()[-1] in (*range(13), 255)
