"""Five tasks that the package does not know, defined in a config, with their images and labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

SIZE = (32, 48)
TASKS = ('parts', 'edge', 'albedo', 'flow', 'height')
PALETTE = [(10, 20, 30), (200, 0, 0), (0, 0, 200)]
CONFIG = f"""
custom_imports = dict(imports=['mmmtl'])
default_scope = 'mmseg'
tasks = dict(
    parts=dict(type='ClassTask', classes=('ground', 'left', 'right'), palette={PALETTE}),
    edge=dict(type='BinaryTask', reader=dict(type='MaskReader', one=255, ignore=128)),
    albedo=dict(type='VectorTask', channels=3),
    flow=dict(type='VectorTask', channels=2, along_image=True, unit='px'),
    height=dict(type='ScalarTask', unit='m'),
)
widths = (8, 8)
head = dict(in_channels=8, channels=8)
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(
        type='MultiTaskDataPreprocessor', mean=[0, 0, 0], std=[255, 255, 255], bgr_to_rgb=True
    ),
    backbone=dict(type='SegNet', widths=widths, num_convs=(2, 2), return_blocks=True),
    neck=dict(type='MTANNeck', widths=widths),
    decode_head=dict(
        parts=dict(type='FCNHead', num_convs=1, dropout_ratio=0, **head),
        edge=dict(type='BinaryHead', **head),
        albedo=dict(type='VectorHead', **head),
        flow=dict(type='VectorHead', **head),
        height=dict(type='DepthHead', **head),
    ),
    loss_weighting=dict(type='UncertaintyWeighting'),
)
load = [dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations')]
pack = dict(type='PackMultiTaskInputs')


def loader(split, *steps):
    folders = {{f'{{task}}_map_path': f'{{task}}/{{split}}' for task in {TASKS}}}
    return dict(
        batch_size=2,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=dict(
            type='MultiTaskDataset',
            data_root='ROOT',
            img_suffix='.png',
            label_suffix=dict(albedo='.png'),
            data_prefix=dict(img_path=f'images/{{split}}', **folders),
            partly_labelled=['albedo'],
            pipeline=[*load, *steps, pack],
        ),
    )


train_dataloader = loader('train', dict(type='MultiTaskRandomFlip', prob=0.5))
val_dataloader = test_dataloader = loader('val')
val_evaluator = test_evaluator = [
    dict(type='TaskIoUMetric', task='parts'),
    dict(type='BinaryMetric', task='edge'),
    dict(type='VectorErrorMetric', task='albedo'),
    dict(type='VectorErrorMetric', task='flow'),
    dict(type='DepthErrorMetric', task='height'),
]
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=0.01))
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=6, val_interval=6)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
default_hooks = dict(
    logger=dict(type='LoggerHook', interval=1),
    checkpoint=dict(type='CheckpointHook', interval=6, save_best='parts/mIoU'),
)
custom_hooks = [dict(type='LossWeightingHook'), dict(type='TaskCheckHook')]
log_level = 'WARNING'
tta_model = dict(type='MultiTaskTTAModel')
tta_pipeline = [
    load[0],
    dict(
        type='TestTimeAug',
        transforms=[[dict(type='MultiTaskRandomFlip', prob=p) for p in (0.0, 1.0)], [pack]],
    ),
]
"""


def labels_of(number: int) -> dict[str, np.ndarray]:
    """The labels of an image, no two tasks alike and no mirror image like the original."""
    rng = np.random.default_rng(number)
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    parts = np.where(columns < 20, 1, np.where(columns > 35, 2, 0)).astype(np.uint8)
    parts[:3] = 255
    edge = np.where(rows == 10 + number, 255, 0).astype(np.uint8)
    edge[:, :2] = 128
    albedo = np.stack([columns * 5, rows * 7, np.full(SIZE, 40 * number)], axis=-1)
    flow = np.stack([columns / 10 - 1, np.full(SIZE, number + 0.5)], axis=-1)
    flow[-1] = np.nan
    height = rows / 10 - columns / 20
    height[:, -3:] = np.nan
    noise = rng.integers(0, 9, (*SIZE, 3))
    image = np.stack([parts % 255 * 90, edge, rows * 7], axis=-1) + noise
    return dict(
        images=image.clip(0, 255).astype(np.uint8),
        parts=parts,
        edge=edge,
        albedo=albedo.astype(np.uint8),
        flow=flow.astype(np.float32),
        height=height.astype(np.float32),
    )


def write_five_tasks(root: Path) -> None:
    """Writes a config, four images to train on, one without albedo, and two to evaluate."""
    for number in range(6):
        for folder, values in labels_of(number).items():
            path = root / folder / ('train' if number < 4 else 'val') / str(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            if folder in ('flow', 'height'):
                np.save(path.with_suffix('.npy'), values)
            elif (folder, number) != ('albedo', 1):
                Image.fromarray(values).save(path.with_suffix('.png'))
    (root / 'config.py').write_text(CONFIG.replace('ROOT', str(root)))
