"""A config of linear probes on a tiny frozen backbone in a folder, and a street set for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.utils.foundation_models import write_folder
from tests.utils.random_data import write_cityscapes

CONFIG = """
_base_ = ['mmmtl::linear_dinov2-s_cityscapes19.py']
num_classes = 7
pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='PackMultiTaskInputs'),
]
model = dict(
    backbone=dict(model='dinov2'),
    decode_head=dict(
        seg=dict(in_channels=16, num_classes=7), depth=dict(decoder=dict(in_channels=16))
    ),
)
dataset = dict(data_root='streets', num_classes=num_classes, pipeline=pipeline)
train_dataloader = dict(
    batch_size=2,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        data_root='streets',
        num_classes=num_classes,
        pipeline=[*pipeline, dict(type='LoadFeatures', folder='features')],
    ),
)
val_dataloader = dict(batch_size=2, num_workers=0, dataset=dataset)
test_dataloader = val_dataloader
train_cfg = dict(max_epochs=2)
param_scheduler = []
default_hooks = dict(logger=dict(interval=1))
"""


def write_probe(folder: Path, train: int = 4, size: tuple[int, int] = (32, 64)) -> Any:
    """Writes ``probe.py``, ``dinov2/`` and ``streets/`` into a folder."""
    (folder / 'dinov2').mkdir()
    write_folder(folder / 'dinov2', processor=dict(image_mean=[0.5] * 3, image_std=[0.25] * 3))
    write_cityscapes(folder / 'streets', dict(train=train, val=2), size=size)
    (folder / 'probe.py').write_text(CONFIG)
    return folder / 'probe.py'
