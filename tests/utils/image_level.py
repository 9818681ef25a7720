"""A data set and a network with a map and two classes of the whole image."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from mmseg.registry import MODELS
from PIL import Image

from mmmtl.apis.launch import load_config
from mmmtl.tasks import build_tasks

SIZE = (24, 32)
COLORS = ('red', 'green', 'blue')
TASKS = dict(
    side=dict(type='ClassTask', classes=('left', 'right')),
    color=dict(type='ImageClassTask', classes=COLORS),
    light=dict(type='ImageClassTask', classes=('dark', 'bright')),
)
CONFIG = """
tasks = {tasks!r}
layers = dict(in_channels=8, channels=8)
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(
        type='MultiTaskDataPreprocessor', mean=[0, 0, 0], std=[255, 255, 255], bgr_to_rgb=True,
        size_divisor=16,
    ),
    backbone=dict(type='SegNet', widths=(8, 8), num_convs=(2, 2), return_blocks=True),
    neck=dict(type='MTANNeck', widths=(8, 8)),
    decode_head=dict(
        side=dict(type='FCNHead', num_convs=1, concat_input=False, dropout_ratio=0, **layers),
        color=dict(type='ImageClassHead', in_channels=8),
        light=dict(type='ImageClassHead', num_convs=1, **layers),
    ),
    loss_weighting=dict(type='UncertaintyWeighting'),
)
load = dict(type='LoadMultiTaskImage')
pipeline = [
    load,
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='MultiTaskRandomFlip', prob=0.5),
    dict(type='PackMultiTaskInputs'),
]
test_pipeline = [load, dict(type='LoadMultiTaskAnnotations'), dict(type='PackMultiTaskInputs')]
tta_pipeline = [
    load,
    dict(
        type='TestTimeAug',
        transforms=[
            [dict(type='mmseg.Resize', scale_factor=s) for s in (1.0, 1.5)],
            [dict(type='MultiTaskRandomFlip', prob=p) for p in (0.0, 1.0)],
            [dict(type='LoadMultiTaskAnnotations')],
            [dict(type='PackMultiTaskInputs')],
        ],
    ),
]
tta_model = dict(type='MultiTaskTTAModel')


def loader(split, steps):
    return dict(
        batch_size=6,  # what a whole image is like, normalisation over few images hides
        num_workers=0,
        sampler=dict(type='DefaultSampler', shuffle=split == 'train'),
        dataset=dict(
            type='MultiTaskDataset',
            data_root={root!r},
            img_suffix='.png',
            data_prefix=dict(
                img_path='images/' + split,
                side_map_path='side/' + split,
                color_map_path='images/' + split,
                light_map_path='light_' + split + '.csv',
            ),
            partly_labelled=['light'],
            pipeline=steps,
        ),
    )


train_dataloader = loader('train', pipeline)
val_dataloader = test_dataloader = loader('val', test_pipeline)
val_evaluator = test_evaluator = [
    dict(type='TaskIoUMetric', task='side'),
    dict(type='ImageClassMetric', task='color', top_k=[2]),
    dict(type='ImageClassMetric', task='light'),
]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=40, val_interval=40)
param_scheduler = [dict(type='CosineAnnealingLR', T_max=40, by_epoch=True)]
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=0.005))
default_hooks = dict(
    checkpoint=dict(type='CheckpointHook', interval=30, save_best='color/accuracy'),
    logger=dict(type='LoggerHook', interval=2),
    visualization=dict(type='MultiTaskVisualizationHook'),
)
custom_hooks = [
    dict(type='LossWeightingHook'), dict(type='TaskCheckHook'), dict(type='ClassPixelsHook')
]
visualizer = dict(
    type='MultiTaskLocalVisualizer', vis_backends=[dict(type='LocalVisBackend')]
)
log_level = 'WARNING'
randomness = dict(seed=0)
"""


class ImageLevel(NamedTuple):
    """Paths of the config, and of a checkpoint of random weights."""

    config: str
    checkpoint: str


def write_image_level(root: Path) -> ImageLevel:
    """Writes twelve images to train on, of which one has no label of its light, and six others."""
    for split, count in (('train', 12), ('val', 6)):
        lines = ['image,light']
        for number in range(count):
            color, bright = COLORS[number % 3], number // 3 % 2
            name = f'{color}/{number}'
            for folder, values in _pictures(number, bright).items():
                path = root / folder / split / f'{name}.png'
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(values).save(path)
            lines.append(f'{name},{"" if number == 7 else ("dark", "bright")[bright]}')
        (root / f'light_{split}.csv').write_text('\n'.join(lines))
    config, checkpoint = root / 'config.py', root / 'random.pth'
    config.write_text(CONFIG.format(tasks=TASKS, root=str(root)))
    torch.manual_seed(0)
    model = MODELS.build(load_config(config).model)
    model.init_weights()
    definitions = {name: task.definition() for name, task in build_tasks(TASKS).items()}
    meta = dict(dataset_meta=dict(tasks=definitions))
    torch.save(dict(state_dict=model.state_dict(), meta=meta), checkpoint)
    return ImageLevel(str(config), str(checkpoint))


def _pictures(number: int, bright: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(number)
    image = rng.integers(0, 40, (*SIZE, 3)) + 90 * bright
    image[..., number % 3] += 80
    side = np.arange(SIZE[1]) >= SIZE[1] // 2
    image[:, side] //= 2
    ids = np.broadcast_to(side, SIZE).astype(np.uint8)
    return dict(images=image.astype(np.uint8), side=ids)
