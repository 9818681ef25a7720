from dataclasses import replace

import cv2
import numpy as np
import pytest

from mmmtl.datasets.transforms import LoadMultiTaskAnnotations, LoadMultiTaskImage
from mmmtl.tasks import BinaryTask, ClassTask, ScalarTask, VectorTask, build_tasks
from tests.utils.errors import error_of

IMAGE = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)


def test_an_image_is_loaded_with_its_size(tmp_path):
    path = str(tmp_path / 'a.png')
    cv2.imwrite(path, IMAGE)
    results = LoadMultiTaskImage()(dict(img_path=path))
    assert np.array_equal(results['img'], IMAGE)
    assert results['img_shape'] == results['ori_shape'] == (4, 6)


def test_a_missing_image_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match='nowhere.png: no such file'):
        LoadMultiTaskImage()(dict(img_path=str(tmp_path / 'nowhere.png')))


def sample(names=('seg', 'depth', 'normal'), **changes):
    """A sample whose labels come from readers that remember what they were given."""
    maps = dict(
        seg=np.full((4, 6), 2, np.uint8),
        depth=np.full((4, 6), 0.5, np.float32),
        normal=np.full((4, 6, 3), 3**-0.5, np.float32),
    )
    asked = []

    def reader(name):
        return lambda path, info: (asked.append((name, path, info['img_path'])), maps[name])[1]

    results = dict(
        img_path='a.png',
        ori_shape=(4, 6),
        tasks={
            name: replace(task, reader=reader(name)) for name, task in build_tasks(names).items()
        },
        seg_map_path='a_ids.png',
        depth_map_path='a_depth.npy',
        normal_map_path='a_normal.npy',
        seg_fields=[],
    )
    return {**results, **changes}, maps, asked


def test_the_reader_of_each_task_gets_the_path_of_its_label():
    results, maps, asked = sample()
    loaded = LoadMultiTaskAnnotations()(results)
    assert asked == [
        ('seg', 'a_ids.png', 'a.png'),
        ('depth', 'a_depth.npy', 'a.png'),
        ('normal', 'a_normal.npy', 'a.png'),
    ]
    assert loaded['gt_seg_map'] is maps['seg']
    assert loaded['gt_depth_map'] is maps['depth']
    assert loaded['gt_normal_map'] is maps['normal']
    assert loaded['seg_fields'] == ['gt_seg_map', 'gt_depth_map', 'gt_normal_map']


def test_only_the_tasks_that_are_named_are_read():
    results, _, asked = sample(('depth',))
    loaded = LoadMultiTaskAnnotations()(results)
    assert [name for name, *_ in asked] == ['depth']
    assert loaded['seg_fields'] == ['gt_depth_map']
    assert 'gt_seg_map' not in loaded


def test_a_map_that_mmseg_s_transforms_know_already_is_not_listed_twice():
    results, *_ = sample(('seg',), seg_fields=['gt_seg_map'])
    assert LoadMultiTaskAnnotations()(results)['seg_fields'] == ['gt_seg_map']


@pytest.mark.parametrize(
    ('task', 'key', 'shape', 'dtype', 'invalid'),
    [
        ('seg', 'gt_seg_map', (4, 6), np.uint8, 255),
        ('depth', 'gt_depth_map', (4, 6), np.float32, 0),
        ('normal', 'gt_normal_map', (4, 6, 3), np.float32, 0),
    ],
)
def test_a_label_that_the_image_lacks_has_no_valid_pixel(task, key, shape, dtype, invalid):
    results, _, asked = sample((task,))
    del results[f'{task}_map_path']
    label = LoadMultiTaskAnnotations()(results)[key]
    assert asked == []
    assert (label.shape, label.dtype) == (shape, dtype)
    assert np.unique(label).tolist() == [invalid]


def test_a_label_of_another_size_than_its_image_is_named():
    results, *_ = sample(('depth',), ori_shape=(4, 7))
    message = r'a_depth.npy: the depth label is 4x6 .* its image a.png is 4x7\.'
    with pytest.raises(ValueError, match=message):
        LoadMultiTaskAnnotations()(results)


def load(task, label):
    """Loads what a reader of a task gives for a 4 x 6 image."""
    task = replace(task, reader=lambda path, info: label)
    results = dict(ori_shape=(4, 6), tasks={task.name: task}, img_path='a.png')
    return LoadMultiTaskAnnotations()({**results, task.path_key: 'a.npy'})[task.map_key]


def test_a_reader_s_map_gets_the_type_of_its_task():
    edges = load(BinaryTask(name='edge'), np.ones((4, 6), bool))
    assert edges.dtype == np.float32
    assert edges.min() == 1
    parts = load(ClassTask(name='parts'), np.full((4, 6), 3, np.int64))
    assert parts.dtype == np.uint8
    assert parts.min() == parts.max() == 3
    assert load(VectorTask(name='flow', channels=2), np.ones((4, 6, 2))).dtype == np.float32


@pytest.mark.parametrize(
    ('task', 'label', 'message'),
    [
        (
            VectorTask(name='flow', channels=2),
            np.zeros((4, 6, 3)),
            'a.npy: expected a map of shape (H, W, 2) from the reader of flow, '
            'found shape (4, 6, 3).',
        ),
        (
            ScalarTask(name='height'),
            np.zeros((4, 6, 3)),
            'a.npy: expected a map of shape (H, W) from the reader of height, '
            'found shape (4, 6, 3).',
        ),
        (
            ClassTask(name='parts'),
            np.full((4, 6), -1),
            'a.npy: expected class ids from 0 to 255 from the reader of parts, '
            'found numbers from -1 to -1.',
        ),
        (
            ClassTask(name='parts'),
            np.full((4, 6), 0.5),
            'a.npy: expected class ids from 0 to 255 from the reader of parts, '
            'found numbers from 0.5 to 0.5.',
        ),
        (
            ClassTask(name='parts', classes=('head', 'body')),
            np.array([[0, 1, 2, 255, 0, 1]] * 4),
            'a.npy: expected class ids from 0 to 1 and 255 from the reader of parts, which has 2 '
            'classes, found 2.',
        ),
    ],
)
def test_a_map_that_is_none_of_its_task_is_named(task, label, message):
    assert error_of(load, task, label) == message
