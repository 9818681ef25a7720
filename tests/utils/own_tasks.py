"""A data set and a network with tasks of one's own, one or two of each kind."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from mmseg.registry import MODELS
from PIL import Image
from torch import nn

from mmmtl.apis.launch import load_config
from mmmtl.compat.scope import registry_scope
from mmmtl.tasks import build_tasks

SIZE = (24, 36)
"""Of the images, and of what the network sees."""

TASKS = dict(
    seg=dict(type='ClassTask', classes=('road', 'car'), palette=((90, 90, 90), (0, 0, 142))),
    parts=dict(
        type='ClassTask',
        classes=('head', 'body', 'legs'),
        palette=((230, 60, 40), (40, 160, 60), (60, 80, 220)),
    ),
    edge=dict(type='BinaryTask', reader=dict(type='MaskReader', ignore=255)),
    height=dict(type='ScalarTask', unit='m'),
    depth=dict(type='ScalarTask', unit='depth'),
    normal=dict(type='DirectionTask'),
    albedo=dict(type='VectorTask', channels=3),
    flow=dict(type='VectorTask', channels=2, along_image=True, unit='px'),
)
NUM_OUTPUTS = dict(seg=2, parts=3, edge=1, height=1, depth=1, normal=3, albedo=3, flow=2)

CONFIG = """
tasks = {tasks!r}
layers = dict(in_channels=8, channels=8, in_index=-1)
classes = dict(type='FCNHead', num_convs=1, concat_input=False, dropout_ratio=0, **layers)
heads = dict(
    ClassTask=classes,
    BinaryTask=dict(type='BinaryHead', **layers),
    ScalarTask=dict(type='DepthHead', **layers),
    DirectionTask=dict(type='NormalHead', **layers),
    VectorTask=dict(type='VectorHead', **layers),
)
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(
        type='MultiTaskDataPreprocessor', mean=[0, 0, 0], std=[255, 255, 255], bgr_to_rgb=True
    ),
    backbone=dict(type='SegNet', widths=(8, 8), num_convs=(2, 2)),
    decode_head={{name: heads[task['type']] for name, task in tasks.items()}},
)
pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='PackMultiTaskInputs'),
]
tta_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='ReduceResolution', size={size}),
    dict(
        type='TestTimeAug',
        transforms=[
            [dict(type='Resize', scale_factor=s) for s in (1.0, 1.5)],
            [dict(type='MultiTaskRandomFlip', prob=p) for p in (0.0, 1.0)],
            [dict(type='PackMultiTaskInputs')],
        ],
    ),
]
tta_model = dict(type='MultiTaskTTAModel')
dataset = dict(
    type='MultiTaskDataset',
    data_root={root!r},
    data_prefix=dict(img_path='image', **{{f'{{name}}_map_path': name for name in tasks}}),
    img_suffix='.png',
    pipeline=pipeline,
)
loader = dict(batch_size=1, num_workers=0, sampler=dict(type='DefaultSampler', shuffle=False))
train_dataloader = dict(dataset=dataset, **loader)
val_dataloader = dict(dataset=dataset, **loader)
test_dataloader = dict(dataset=dataset, **loader)
metrics = dict(
    ClassTask='TaskIoUMetric',
    BinaryTask='BinaryMetric',
    ScalarTask='DepthErrorMetric',
    DirectionTask='NormalErrorMetric',
    VectorTask='VectorErrorMetric',
)
val_evaluator = [dict(type=metrics[task['type']], task=name) for name, task in tasks.items()]
test_evaluator = val_evaluator
train_cfg = dict(type='IterBasedTrainLoop', max_iters=1)
val_cfg = dict()
test_cfg = dict()
optim_wrapper = dict(optimizer=dict(type='SGD', lr=0.01))
"""


class OwnTasks(NamedTuple):
    """Paths of the config and the checkpoint."""

    config: str
    checkpoint: str


def write_own_tasks(folder: Path, names: tuple[str, ...] = tuple(TASKS)) -> OwnTasks:
    """Writes three images with labels of some tasks, and a network with random weights.

    Images and labels, which have pixels without one, are the same ones at every call, and so is the
    network.
    """
    tasks = {name: TASKS[name] for name in names}
    write_data(folder / 'data', names)
    config, checkpoint = folder / 'own.py', folder / 'own.pth'
    config.write_text(CONFIG.format(tasks=tasks, root=str(folder / 'data'), size=SIZE))
    torch.manual_seed(0)
    with registry_scope('mmseg'):  # whatever another test has left
        model = MODELS.build(load_config(config).model)
    model.init_weights()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0  # the statistics of the one batch that follows
    images = F.interpolate(torch.rand(4, 3, 8, 12), size=SIZE, mode='bilinear')
    model.train()
    with torch.no_grad():
        model(images, mode='tensor')
    # As the data set of the config states it; mmengine's runners store it.
    definitions = {name: task.definition() for name, task in build_tasks(tasks).items()}
    meta = dict(dataset_meta=dict(classes=('road', 'car'), tasks=definitions))
    torch.save(dict(state_dict=model.state_dict(), meta=meta), checkpoint)
    return OwnTasks(str(config), str(checkpoint))


def write_data(root: Path, names: tuple[str, ...] = tuple(TASKS), count: int = 3) -> None:
    """Writes images and labels; in each label the first rows have none."""
    for folder in ('image', *names):
        (root / folder).mkdir(parents=True)
    for index in range(count):
        rng = np.random.default_rng(index)
        smooth = rng.integers(0, 256, (4, 6, 3), dtype=np.uint8)
        picture = Image.fromarray(smooth).resize(SIZE[::-1], Image.Resampling.BILINEAR)
        picture.save(root / 'image' / f'{index}.png')
        for name, values in labels(np.asarray(picture)).items():
            if name not in names:
                continue
            if values.dtype == np.uint8:
                Image.fromarray(values).save(root / name / f'{index}.png')
            else:
                np.save(root / name / f'{index}.npy', values)


def labels(image: np.ndarray) -> dict[str, np.ndarray]:
    """Labels that follow from an image."""
    red, green, blue = np.moveaxis(image.astype(np.float32) / 255, -1, 0)
    normal = np.stack([red - 0.5, green - 0.5, -np.ones_like(red)], axis=-1)
    found = dict(
        seg=(red > green).astype(np.uint8),
        parts=(red * 2.99).astype(np.uint8),
        edge=(abs(red - 0.5) < 0.05).astype(np.uint8),
        height=3 * green - 1,
        depth=5 + 20 * blue,
        normal=normal / np.linalg.norm(normal, axis=-1, keepdims=True),
        albedo=np.stack([red, green, blue], axis=-1),
        flow=np.stack([9 * red - 4, 9 * green - 4], axis=-1),
    )
    nothing = dict(seg=255, parts=255, edge=255, depth=0, normal=0)
    for name, values in found.items():
        values[:4, :6] = nothing.get(name, np.nan)
    return {
        name: values if values.dtype == np.uint8 else values.astype(np.float32)
        for name, values in found.items()
    }
