"""A data set of tasks that the package does not know: how its files and definitions are read."""

import numpy as np
import pytest
import torch

from mmmtl.datasets.readers import IdMapReader
from mmmtl.tasks import build_tasks, tasks_in
from tests.utils.errors import error_of
from tests.utils.own_labels import (
    NAN,
    SUFFIX,
    TASKS,
    assert_same,
    dataset,
    labels_of,
    maps,
)


def test_every_label_is_read_and_packed(own_root):
    data = dataset(own_root)
    for index in range(2):
        assert_same(labels_of(data[index]), maps(index))
    sample = data[1]['data_samples']
    types = {name: sample.get(f'gt_{name}').data.dtype for name in TASKS}
    classes, numbers = torch.uint8, torch.float32
    assert types == dict(parts=classes, stuff=classes, edge=numbers, albedo=numbers, flow=numbers)
    shapes = {name: tuple(sample.get(f'gt_{name}').data.shape) for name in TASKS}
    assert shapes == dict(
        parts=(1, 4, 6), stuff=(1, 4, 6), edge=(1, 4, 6), albedo=(3, 4, 6), flow=(2, 4, 6)
    )
    paths = {name: sample.metainfo[f'{name}_map_path'] for name in TASKS}
    assert paths == {name: str(own_root / name / f'b{SUFFIX[name]}') for name in TASKS}


def test_suffixes_are_those_of_the_kinds(own_root):
    (own_root / 'albedo/a.npy').touch()
    with pytest.raises(FileNotFoundError, match=r'albedo/b\.npy\.$'):
        dataset(own_root, label_suffix={})


def test_the_meta_information_holds_the_definitions(own_root):
    data = dataset(own_root)
    assert data.metainfo['tasks'] == {
        name: {key: value for key, value in definition.items() if key != 'reader'}
        for name, definition in TASKS.items()
    }
    assert data.metainfo['classes'] == ()  # those of seg
    found = tasks_in(data.metainfo, ['parts'])
    assert found == build_tasks(TASKS)
    assert list(found) == list(TASKS)


def test_known_tasks_are_stored_with_what_the_data_set_says(own_root):
    ids = dict(img_path='image', seg_map_path='parts', depth_map_path='flow')
    data = dataset(
        own_root,
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


def test_an_image_may_lack_some_labels(own_root):
    for path in ('flow/a.npy', 'edge/a.png', 'parts/b.png'):
        (own_root / path).unlink()
    with pytest.raises(FileNotFoundError, match=r'1 missing file\(s\): .*parts/b.png'):
        dataset(own_root)
    data = dataset(own_root, partly_labelled=['parts', 'edge', 'flow'])
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


def test_two_data_sets_of_one_process_may_mean_different_things_by_one_name(own_root):
    one = dataset(own_root, tasks=dict(parts=TASKS['parts']))
    table = {0: 1, 1: 1, 2: 0, 255: 255}
    two = dataset(
        own_root,
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


def test_the_reader_of_the_data_set_comes_before_that_of_the_task(own_root):
    reader = IdMapReader({7: 1, 8: 1, 0: 1})
    data = dataset(own_root, label_readers=dict(stuff=reader))
    assert data.tasks['stuff'].reader is reader
    assert data[0]['data_samples'].gt_stuff.data.unique().tolist() == [1]


def test_classes_that_nobody_states_are_named(own_root):
    tasks = dict(parts=dict(type='ClassTask'))
    assert error_of(dataset, own_root, tasks=tasks) == (
        'tasks.parts: expected `classes`, or those of the metainfo of the data set, or a reader '
        'in label_readers; found none.'
    )
    data = dataset(own_root, tasks=tasks, metainfo=dict(classes=('a', 'b', 'c')))
    assert data.tasks['parts'].classes == ('a', 'b', 'c')


def test_two_statements_of_the_classes_of_seg_must_agree(own_root):
    settings = dict(
        tasks=dict(seg=dict(type='ClassTask', classes=['a', 'b', 'c'])),
        data_prefix=dict(img_path='image', seg_map_path='parts'),
        label_suffix={},
    )
    assert dataset(own_root, **settings).metainfo['classes'] == ['a', 'b', 'c']
    assert dataset(own_root, **settings, metainfo=dict(classes=('a', 'b', 'c')))
    assert error_of(dataset, own_root, **settings, metainfo=dict(classes=('a', 'b'))) == (
        "tasks.seg.classes: expected those of the metainfo of the data set, ['a', 'b'], "
        "found ['a', 'b', 'c']."
    )


def test_files_that_would_be_read_wrongly_are_named(own_root):
    plain = dict(TASKS, edge=dict(type='BinaryTask'))
    message = r'edge/a.png: expected 0 and 1, found 255; MaskReader\(one=\.\.\., ignore=\.\.\.\)'
    with pytest.raises(ValueError, match=message):
        dataset(own_root, tasks=plain)[0]
    swapped = dict(img_path='image', **{f'{name}_map_path': name for name in TASKS})
    with pytest.raises(ValueError, match=r'parts/a.png: expected numbers of shape \(H, W, 3\)'):
        dataset(own_root, data_prefix={**swapped, 'albedo_map_path': 'parts'})[0]
    with pytest.raises(ValueError, match=r'albedo/a.png: expected ids of shape \(H, W\)'):
        dataset(own_root, data_prefix={**swapped, 'parts_map_path': 'albedo'})[0]
