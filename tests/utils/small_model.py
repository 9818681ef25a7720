"""A small MTAN with random weights, as a config file and a checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from mmengine.config import Config
from mmseg.registry import MODELS
from torch import nn

from tests.utils.paths import CONFIGS

SIZE = (32, 48)
"""The size at which the network sees every image."""

CLASSES = ('wall', 'floor', 'window')
PALETTE = [[200, 0, 0], [0, 200, 0], [0, 0, 200]]

CONFIG = """
_base_ = ['{base}']
widths = (8, 8, 8, 8, 8)
model = dict(
    backbone=dict(widths=widths),
    neck=dict(widths=widths),
    decode_head=dict(
        seg=dict(in_channels=8, channels=8, num_classes=3),
        depth=dict(in_channels=8, channels=8),
        normal=dict(in_channels=8, channels=8),
    ),
)
test_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='ReduceResolution', size={size}),
    dict(type='PackMultiTaskInputs'),
]
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
tta_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='ReduceResolution', size={size}),
    dict(
        type='TestTimeAug',
        transforms=[
            [
                dict(type='MultiTaskRandomFlip', prob=0.0),
                dict(type='MultiTaskRandomFlip', prob=1.0),
            ],
            [dict(type='PackMultiTaskInputs')],
        ],
    ),
]
"""


class SmallModel(NamedTuple):
    """Paths of its files."""

    config: str
    checkpoint: str


def write_small_model(folder: Path) -> SmallModel:
    """Writes a network for segmentation, depth and normals, the same one at every call."""
    config = folder / 'small.py'
    base = CONFIGS / 'mtan_segnet_nyuv2.py'
    config.write_text(CONFIG.format(base=base, size=SIZE))
    metainfo = dict(classes=CLASSES, palette=PALETTE, depth_unit='depth')
    write_random_checkpoint(config, folder / 'small.pth', metainfo)
    return SmallModel(str(config), str(folder / 'small.pth'))


def write_random_checkpoint(config: Path, checkpoint: Path, metainfo: dict) -> None:
    """Saves random weights for a config, with which activations neither vanish nor grow."""
    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(config).model)
    model.init_weights()
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0  # the statistics of the one batch that follows
    images = F.interpolate(torch.rand(4, 3, 8, 12), size=(32, 48), mode='bilinear')
    model.train()
    with torch.no_grad():
        model(images, mode='tensor')
    torch.save(dict(state_dict=model.state_dict(), meta=dict(dataset_meta=metainfo)), checkpoint)
