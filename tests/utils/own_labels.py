"""A data set of tasks that the package does not know: two of classes, a mask, colours, a flow."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from mmmtl.datasets import MultiTaskDataset

NAN = float('nan')
SIZE = (4, 6)
TASKS = dict(
    parts=dict(type='ClassTask', classes=['head', 'body', 'legs']),
    stuff=dict(
        type='ClassTask',
        classes=['sky', 'ground'],
        palette=[[0, 0, 255], [0, 99, 0]],
        reader=dict(type='IdMapReader', table={7: 0, 8: 1, 0: 255}),
    ),
    edge=dict(type='BinaryTask', reader=dict(type='MaskReader', one=255)),
    albedo=dict(type='VectorTask', channels=3),
    flow=dict(type='VectorTask', channels=2, along_image=True, unit='px'),
)
LOAD = [dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations')]
PACK = dict(type='PackMultiTaskInputs')
SUFFIX = dict(parts='.png', stuff='.png', edge='.png', albedo='.png', flow='.npy')


def maps(index):
    """The maps of an image, as its tasks have them."""
    rng = np.random.default_rng(index)
    flow = rng.normal(size=(*SIZE, 2)).astype(np.float32)
    flow[0, 0] = NAN
    return dict(
        parts=rng.choice([0, 1, 2, 255], SIZE).astype(np.uint8),
        stuff=rng.choice([0, 1, 255], SIZE).astype(np.uint8),
        edge=rng.integers(0, 2, SIZE).astype(np.float32),
        albedo=(rng.integers(0, 256, (*SIZE, 3)) / 255).astype(np.float32),
        flow=flow,
    )


def write_own_labels(root: Path) -> None:
    """Writes two images with their labels."""
    for index, name in enumerate(('a', 'b')):
        own = maps(index)
        files = dict(
            image=np.full((*SIZE, 3), index, np.uint8),
            parts=own['parts'],
            stuff=np.select([own['stuff'] == 0, own['stuff'] == 1], [7, 8], 0).astype(np.uint8),
            edge=(own['edge'] * 255).astype(np.uint8),
            albedo=np.rint(own['albedo'] * 255).astype(np.uint8)[..., ::-1],
        )
        for folder, array in files.items():
            (root / folder).mkdir(exist_ok=True)
            cv2.imwrite(str(root / folder / f'{name}.png'), array)
        (root / 'flow').mkdir(exist_ok=True)
        np.save(root / f'flow/{name}.npy', own['flow'])


def dataset(root, *transforms, **settings):
    tasks = settings.get('tasks', TASKS)
    defaults = dict(
        tasks=tasks,
        data_root=str(root),
        data_prefix=dict(img_path='image', **{f'{name}_map_path': name for name in tasks}),
        img_suffix='.png',
        label_suffix={name: SUFFIX[name] for name in tasks if name in SUFFIX},
        pipeline=[*LOAD, *transforms, PACK],
    )
    return MultiTaskDataset(**{**defaults, **settings})


def labels_of(item):
    """The labels of a packed sample as arrays, channels last."""
    sample = item['data_samples']
    return {
        name: sample.get(f'gt_{name}').data.movedim(0, -1).squeeze(-1).numpy() for name in TASKS
    }


def assert_same(found, expected):
    assert set(found) == set(expected)
    for name, label in expected.items():
        np.testing.assert_allclose(found[name], label, atol=1e-6, err_msg=name)
