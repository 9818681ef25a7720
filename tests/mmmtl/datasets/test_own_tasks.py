"""A data set of tasks that the package does not know: two of classes, a mask, colours, a flow."""

import cv2
import numpy as np
import pytest
import torch

from mmmtl.datasets import CityscapesMultiTaskDataset, MultiTaskDataset, NYUv2MultiTaskDataset
from mmmtl.datasets.cityscapes_labels import CLASS_SETS
from mmmtl.datasets.readers import IdMapReader
from mmmtl.tasks import ClassTask, ScalarTask, build_tasks, tasks_in
from tests.utils.errors import error_of
from tests.utils.random_data import write_nyuv2

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


@pytest.fixture
def root(tmp_path):
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
            (tmp_path / folder).mkdir(exist_ok=True)
            cv2.imwrite(str(tmp_path / folder / f'{name}.png'), array)
        (tmp_path / 'flow').mkdir(exist_ok=True)
        np.save(tmp_path / f'flow/{name}.npy', own['flow'])
    return tmp_path


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


def changed(change, index=0):
    return {name: change(label) for name, label in maps(index).items()}


def test_every_label_is_read_and_packed(root):
    data = dataset(root)
    for index in range(2):
        assert_same(labels_of(data[index]), maps(index))
    sample = data[1]['data_samples']
    types = {name: sample.get(f'gt_{name}').data.dtype for name in TASKS}
    classes, numbers = torch.int64, torch.float32
    assert types == dict(parts=classes, stuff=classes, edge=numbers, albedo=numbers, flow=numbers)
    shapes = {name: tuple(sample.get(f'gt_{name}').data.shape) for name in TASKS}
    assert shapes == dict(
        parts=(1, 4, 6), stuff=(1, 4, 6), edge=(1, 4, 6), albedo=(3, 4, 6), flow=(2, 4, 6)
    )
    paths = {name: sample.metainfo[f'{name}_map_path'] for name in TASKS}
    assert paths == {name: str(root / name / f'b{SUFFIX[name]}') for name in TASKS}


def test_suffixes_are_those_of_the_kinds(root):
    (root / 'albedo/a.npy').touch()
    with pytest.raises(FileNotFoundError, match=r'albedo/b\.npy\.$'):
        dataset(root, label_suffix={})


def test_the_meta_information_holds_the_definitions(root):
    data = dataset(root)
    assert data.metainfo['tasks'] == {
        name: {key: value for key, value in definition.items() if key != 'reader'}
        for name, definition in TASKS.items()
    }
    assert data.metainfo['classes'] == ()  # those of seg
    found = tasks_in(data.metainfo, ['parts'])
    assert found == build_tasks(TASKS)
    assert list(found) == list(TASKS)


def test_known_tasks_are_stored_with_what_the_data_set_says(root):
    ids = dict(img_path='image', seg_map_path='parts', depth_map_path='flow')
    data = dataset(
        root,
        tasks=['seg', 'depth'],
        data_prefix=ids,
        label_suffix={},
        depth_unit='disparity',
        metainfo=dict(classes=('a', 'b', 'c'), palette=[[1, 1, 1], [2, 2, 2], [3, 3, 3]]),
        label_readers=dict(depth=dict(type='DisparityReader')),
    )
    assert data.metainfo['tasks'] == dict(
        seg=dict(
            type='ClassTask',
            classes=['a', 'b', 'c'],
            palette=[[1, 1, 1], [2, 2, 2], [3, 3, 3]],
        ),
        depth=dict(type='ScalarTask', unit='disparity'),
    )
    assert data.tasks['depth'].reader.unit == 'disparity'  # told by the data set


@pytest.mark.parametrize(
    ('direction', 'axes', 'signs'),
    [
        ('horizontal', (1,), [-1, 1]),
        ('vertical', (0,), [1, -1]),
        ('diagonal', (0, 1), [-1, -1]),
    ],
)
def test_a_flip(root, direction, axes, signs):
    data = dataset(root, dict(type='MultiTaskRandomFlip', prob=1.0, direction=direction))
    expected = changed(lambda label: np.flip(label, axes))
    expected['flow'] = expected['flow'] * signs
    assert_same(labels_of(data[0]), expected)


def test_a_roll(root):
    roll = dict(type='MultiTaskRandomRotate', prob=1.0, degree=(90, 90), auto_bound=True)
    expected = changed(lambda label: np.rot90(label, -1))
    x, y = np.moveaxis(expected['flow'], -1, 0)
    expected['flow'] = np.stack([-y, x], axis=-1)
    assert_same(labels_of(dataset(root, roll)[0]), expected)


def test_outside_of_a_turned_image_there_is_no_label(root):
    found = labels_of(dataset(root, dict(type='MultiTaskRandomRotate', prob=1, degree=(90, 90)))[0])
    for name, task in build_tasks(TASKS).items():
        outside = np.full_like(found[name][:, [0, -1]], task.fill)
        np.testing.assert_array_equal(found[name][:, [0, -1]], outside, err_msg=name)
        valid = ~np.isnan(found[name]) & (found[name] != 255)
        assert valid[:, 1:-1].any(), name


def test_a_zoom(root):
    np.random.seed(0)
    data = dataset(root, dict(type='RandomScaleCrop', scales=[2.0]))
    found = labels_of(data[1])
    np.random.seed(0)
    np.random.choice([2.0])
    top, left = np.random.randint(3), np.random.randint(4)
    expected = changed(
        lambda label: label[top : top + 2, left : left + 3].repeat(2, axis=0).repeat(2, axis=1), 1
    )
    expected['flow'] = expected['flow'] * 2
    assert_same(found, expected)


def test_mmseg_s_resize_and_crop(root):
    resize = dict(type='Resize', scale=(12, 8), keep_ratio=False)
    expected = changed(lambda label: label.repeat(2, axis=0).repeat(2, axis=1))
    assert_same(labels_of(dataset(root, resize)[0]), expected)
    found = labels_of(dataset(root, dict(type='RandomCrop', crop_size=(2, 3)))[0])
    windows = [
        (slice(top, top + 2), slice(left, left + 3)) for top in range(3) for left in range(4)
    ]
    (window,) = (
        window for window in windows if np.array_equal(maps(0)['albedo'][window], found['albedo'])
    )
    assert_same(found, changed(lambda label: label[window]))


def test_padding_has_no_label(root):
    found = labels_of(dataset(root, dict(type='MultiTaskPad', size=(8, 5)))[0])
    fills = dict(parts=255, stuff=255, edge=255, albedo=NAN, flow=NAN)
    for name, label in maps(0).items():
        np.testing.assert_allclose(found[name][:4, :6], label, atol=1e-6)
        for part in (found[name][4:], found[name][:, 6:]):
            np.testing.assert_array_equal(part, np.full_like(part, fills[name]))


def test_holes_have_no_label(root):
    holes = dict(type='MultiTaskRandomCutOut', prob=1.0, n_holes=1, cutout_shape=(3, 2))
    np.random.seed(3)
    found = labels_of(dataset(root, holes)[0])
    hole = found['albedo'][..., 0] != found['albedo'][..., 0]
    assert 0 < hole.sum() < hole.size
    expected = maps(0)
    for name, fill in dict(parts=255, stuff=255, edge=255, albedo=NAN, flow=NAN).items():
        expected[name][hole] = fill
    assert_same(found, expected)


def test_an_image_may_lack_some_labels(root):
    for path in ('flow/a.npy', 'edge/a.png', 'parts/b.png'):
        (root / path).unlink()
    with pytest.raises(FileNotFoundError, match=r'1 missing file\(s\): .*parts/b.png'):
        dataset(root)
    data = dataset(root, partly_labelled=['parts', 'edge', 'flow'])
    first, second = maps(0), maps(1)
    first['edge'][:] = 255
    first['flow'][:] = NAN
    second['parts'][:] = 255
    assert_same(labels_of(data[0]), first)
    assert_same(labels_of(data[1]), second)
    sample = data[0]['data_samples']
    assert sample.gt_edge.data.dtype == torch.float32
    assert 'edge_map_path' not in sample.metainfo
    assert 'parts_map_path' in sample.metainfo


def test_two_data_sets_of_one_process_may_mean_different_things_by_one_name(root):
    one = dataset(root, tasks=dict(parts=TASKS['parts']))
    table = {0: 1, 1: 1, 2: 0, 255: 255}
    two = dataset(
        root,
        tasks=dict(
            parts=dict(
                type='ClassTask',
                classes=['below', 'above'],
                reader=dict(type='IdMapReader', table=table),
            )
        ),
    )
    found = [data[0]['data_samples'].gt_parts.data[0].numpy() for data in (one, two)]
    assert np.array_equal(found[0], maps(0)['parts'])
    assert np.array_equal(found[1], np.vectorize(table.get)(maps(0)['parts']))
    classes = [tasks_in(data.metainfo, ['parts'])['parts'].classes for data in (one, two)]
    assert classes == [('head', 'body', 'legs'), ('below', 'above')]


def test_the_reader_of_the_data_set_comes_before_that_of_the_task(root):
    reader = IdMapReader({7: 1, 8: 1, 0: 1})
    data = dataset(root, label_readers=dict(stuff=reader))
    assert data.tasks['stuff'].reader is reader
    assert data[0]['data_samples'].gt_stuff.data.unique().tolist() == [1]


def test_classes_that_nobody_states_are_named(root):
    tasks = dict(parts=dict(type='ClassTask'))
    assert error_of(dataset, root, tasks=tasks) == (
        'tasks.parts: expected `classes`, or those of the metainfo of the data set, or a reader '
        'in label_readers; found none.'
    )
    data = dataset(root, tasks=tasks, metainfo=dict(classes=('a', 'b', 'c')))
    assert data.tasks['parts'].classes == ('a', 'b', 'c')


def test_two_statements_of_the_classes_of_seg_must_agree(root):
    settings = dict(
        tasks=dict(seg=dict(type='ClassTask', classes=['a', 'b', 'c'])),
        data_prefix=dict(img_path='image', seg_map_path='parts'),
        label_suffix={},
    )
    assert dataset(root, **settings).metainfo['classes'] == ['a', 'b', 'c']
    assert dataset(root, **settings, metainfo=dict(classes=('a', 'b', 'c')))
    assert error_of(dataset, root, **settings, metainfo=dict(classes=('a', 'b'))) == (
        "tasks.seg.classes: expected those of the metainfo of the data set, ['a', 'b'], "
        "found ['a', 'b', 'c']."
    )


def test_files_that_would_be_read_wrongly_are_named(root):
    plain = dict(TASKS, edge=dict(type='BinaryTask'))
    message = r'edge/a.png: expected 0 and 1, found 255; MaskReader\(one=\.\.\., ignore=\.\.\.\)'
    with pytest.raises(ValueError, match=message):
        dataset(root, tasks=plain)[0]
    swapped = dict(img_path='image', **{f'{name}_map_path': name for name in TASKS})
    with pytest.raises(ValueError, match=r'parts/a.png: expected numbers of shape \(H, W, 3\)'):
        dataset(root, data_prefix={**swapped, 'albedo_map_path': 'parts'})[0]
    with pytest.raises(ValueError, match=r'albedo/a.png: expected ids of shape \(H, W\)'):
        dataset(root, data_prefix={**swapped, 'parts_map_path': 'albedo'})[0]


@pytest.mark.parametrize(
    ('transform', 'named'),
    [
        (dict(type='RandomFlip', prob=0.5), 'flow'),
        (dict(type='RandomRotate', prob=0.5, degree=9), 'edge, albedo, flow'),
        (dict(type='RandomResize', scale=(12, 8), ratio_range=(0.5, 2)), 'flow'),
        (dict(type='PackSegInputs'), 'parts, stuff, edge, albedo, flow'),
    ],
)
def test_transforms_that_would_corrupt_labels_are_refused(root, transform, named):
    message = error_of(dataset, root, transform)
    assert f'cannot be used with labels of {named}: it' in message


# Further tasks of the known data sets


def test_a_further_task_of_cityscapes(cityscapes_root):
    parts = dict(type='ClassTask', classes=['road', 'other'])
    table = {i: int(i != 7) for i in range(34)}
    data = CityscapesMultiTaskDataset(
        data_root=str(cityscapes_root),
        tasks=dict(seg=dict(type='ClassTask'), parts=parts),
        data_prefix=dict(parts_map_path='gtFine/train'),
        label_suffix=dict(parts='_gtFine_labelIds.png'),
        label_readers=dict(parts=dict(type='IdMapReader', table=table)),
        pipeline=[*LOAD, PACK],
    )
    sample = data[1]['data_samples']
    ids = cv2.imread(sample.parts_map_path, cv2.IMREAD_UNCHANGED)
    assert np.array_equal(sample.gt_parts.data[0].numpy(), ids != 7)
    assert sample.gt_sem_seg.data.unique().tolist() != [0, 1]
    assert tasks_in(data.metainfo, ['seg']) == dict(
        seg=ClassTask(name='seg', classes=CLASS_SETS[7].classes, palette=CLASS_SETS[7].palette),
        parts=ClassTask(name='parts', classes=('road', 'other')),
    )


def test_the_readers_of_a_layout_follow_the_tasks(cityscapes_root):
    def depth_of(**settings):
        data = CityscapesMultiTaskDataset(
            data_root=str(cityscapes_root), pipeline=[*LOAD, PACK], **settings
        )
        return data[0]['data_samples'].gt_depth_map.data.numpy()

    pixels = depth_of(tasks=['depth'], depth_unit='disparity')
    own = dict(depth=dict(type='ScalarTask', unit='disparity', invalid=-1))
    assert np.array_equal(depth_of(tasks=own), np.where(pixels == 0, -1, pixels))
    read = dict(depth=dict(own['depth'], reader=dict(type='DisparityReader')))
    assert np.array_equal(depth_of(tasks=read), depth_of(tasks=own))


def test_cityscapes_classes_are_those_of_its_set(cityscapes_root):
    own = dict(seg=dict(type='ClassTask', classes=['a', 'b']))
    message = error_of(CityscapesMultiTaskDataset, data_root=str(cityscapes_root), tasks=own)
    assert message.startswith('tasks.seg.classes: expected those of the metainfo of the data set')


def test_a_further_task_of_nyuv2(tmp_path):
    write_nyuv2(tmp_path, dict(train=1), size=(8, 16))
    (tmp_path / 'train/height').mkdir()
    heights = np.linspace(-1, 1, 128).reshape(8, 16)
    heights[0, 0] = NAN
    np.save(tmp_path / 'train/height/0.npy', heights)
    data = NYUv2MultiTaskDataset(
        data_root=str(tmp_path),
        tasks=dict(height=dict(type='ScalarTask', unit='m'), normal=dict(type='DirectionTask')),
        data_prefix=dict(height_map_path='train/height'),
        pipeline=[*LOAD, PACK],
    )
    sample = data[0]['data_samples']
    np.testing.assert_allclose(sample.gt_height.data[0].numpy(), heights, rtol=1e-6)
    assert sample.gt_normal_map.data.shape == (3, 8, 16)
    assert data.tasks['height'] == ScalarTask(name='height', unit='m')
