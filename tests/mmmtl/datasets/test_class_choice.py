"""Ids follow the names of the classes that are asked for, whoever asks."""

import cv2
import numpy as np
import pytest

from mmmtl.datasets import CityscapesMultiTaskDataset, MultiTaskDataset, NYUv2MultiTaskDataset
from mmmtl.datasets.cityscapes_labels import CLASS_SETS
from mmmtl.datasets.class_set import ClassSet
from tests.utils.errors import error_of
from tests.utils.own_labels import LOAD, PACK
from tests.utils.random_data import write_cityscapes, write_nyuv2

NAMES = ('vehicle', 'sky', 'flat')
# one column each: unlabelled, road, building, sky, car
IDS = np.array([[0, 7, 11, 23, 26]], np.uint8)
EXPECTED = [255, 2, 255, 1, 0]
ORDERED = dict(seg=dict(type='ClassTask', classes=list(NAMES)))


@pytest.fixture
def street(tmp_path):
    root = write_cityscapes(tmp_path, dict(train=1), size=(8, 8))
    stem = 'train/town/town_000000_000000'
    for folder, suffix, array in (
        ('leftImg8bit', 'leftImg8bit', np.zeros((1, 5, 3), np.uint8)),
        ('gtFine', 'gtFine_labelIds', IDS),
    ):
        cv2.imwrite(str(root / folder / f'{stem}_{suffix}.png'), array)
    return root


def cityscapes(root, **settings):
    settings = {'tasks': ['seg'], 'pipeline': [*LOAD, PACK], **settings}
    return CityscapesMultiTaskDataset(data_root=str(root), **settings)


def ids_of(data, task='gt_sem_seg'):
    return data[0]['data_samples'].get(task).data.flatten().tolist()


def test_a_class_set_is_chosen_from_by_names():
    colors = ((1, 1, 1), (2, 2, 2), (3, 3, 3))
    full = ClassSet(('a', 'b', 'c'), colors, {5: 0, 6: 1, 7: 2, 8: 255}, void=0)
    assert full.select(('a', 'b', 'c')) == full
    two = ClassSet(('c', 'a'), (colors[2], colors[0]), {5: 1, 6: 255, 7: 0, 8: 255}, void=1)
    assert full.select(['c', 'a']) == two
    assert full.select(['b']).void == 255
    assert full.places_in(('c', 'a')) == {0: 1, 1: 255, 2: 0}
    message = "classes: expected names among ['a', 'b', 'c'], found ['d']; ids of other classes"
    assert error_of(full.select, ['a', 'd']).startswith(message)


@pytest.mark.parametrize(
    'settings', [dict(metainfo=dict(classes=NAMES)), dict(tasks=ORDERED)], ids=['metainfo', 'task']
)
def test_ids_of_cityscapes_follow_the_names(street, settings):
    data = cityscapes(street, **settings)
    assert ids_of(data) == EXPECTED
    assert data.metainfo['classes'] == NAMES
    full = CLASS_SETS[7]
    colors = [full.palette[full.classes.index(name)] for name in NAMES]
    assert list(data.metainfo['palette']) == colors
    assert data.metainfo['tasks']['seg']['classes'] == list(NAMES)


def test_names_may_stand_in_a_file_and_have_other_colours(street, tmp_path):
    (tmp_path / 'names.txt').write_bytes(b'\xef\xbb\xbfvehicle\r\nsky\r\nflat\r\n')
    metainfo = dict(classes=str(tmp_path / 'names.txt'), palette=[[1, 1, 1]] * 3)
    data = cityscapes(street, metainfo=metainfo)
    assert ids_of(data) == EXPECTED
    assert data.metainfo['palette'] == [[1, 1, 1]] * 3
    with pytest.raises(FileNotFoundError, match="metainfo.classes: .* found 'none.txt'"):
        cityscapes(street, metainfo=dict(classes='none.txt'))


def test_a_reader_of_ones_own_says_what_ids_mean(street):
    reader = dict(type='IdMapReader', table={0: 255, 7: 0, 11: 1, 23: 1, 26: 1})
    metainfo = dict(classes=('road', 'other'))
    data = cityscapes(street, metainfo=metainfo, label_readers=dict(seg=reader))
    assert ids_of(data) == [255, 0, 1, 1, 1]
    assert data.metainfo['classes'] == ('road', 'other')
    message = error_of(cityscapes, street, metainfo=metainfo)
    assert message.startswith("classes: expected names among ['flat', 'construction', ")
    assert "found ['road', 'other']; ids of other classes need a reader" in message


def test_readers_of_official_ids_follow_the_names_of_their_task(street):
    def parts(classes, count=7):
        reader = dict(type='CityscapesIdReader', num_classes=count)
        tasks = dict(parts=dict(type='ClassTask', classes=classes, reader=reader))
        data_prefix = dict(parts_map_path='gtFine/train')
        suffix = dict(parts='_gtFine_labelIds.png')
        return cityscapes(street, tasks=tasks, data_prefix=data_prefix, label_suffix=suffix)

    assert ids_of(parts(list(NAMES)), 'gt_parts') == EXPECTED
    assert ids_of(parts(['car', 'road'], 19), 'gt_parts') == [255, 1, 255, 255, 0]
    message = "label_readers.parts: classes: expected names among ['flat', "
    assert error_of(parts, ['flat', 'roof']).startswith(message)


def test_ids_of_nyuv2_and_of_preprocessed_cityscapes_follow_the_names(tmp_path):
    write_nyuv2(tmp_path, dict(train=1), size=(8, 16))
    stored = np.resize(np.arange(-1, 13), (8, 16))
    np.save(tmp_path / 'train/label/0.npy', stored)
    settings = dict(data_root=str(tmp_path), tasks=['seg'], pipeline=[*LOAD, PACK])
    names = NYUv2MultiTaskDataset(**settings).metainfo['classes']
    chosen = NYUv2MultiTaskDataset(**settings, metainfo=dict(classes=(names[4], names[0])))
    assert ids_of(chosen) == np.select([stored == 4, stored == 0], [0, 1], 255).flatten().tolist()

    (tmp_path / 'train/label').rename(tmp_path / 'train/label_7')
    np.save(tmp_path / 'train/label_7/0.npy', np.clip(stored, -1, 6))
    settings |= dict(layout='mtan', metainfo=dict(classes=NAMES))
    kept = [stored >= 6, stored == 4, stored == 0]
    expected = np.select(kept, [0, 1, 2], 255).flatten().tolist()
    assert ids_of(CityscapesMultiTaskDataset(**settings)) == expected


class ThreeDataset(MultiTaskDataset):
    """Files with ids of these classes."""

    METAINFO = dict(classes=('a', 'b', 'c'), palette=[[1, 1, 1], [2, 2, 2], [3, 3, 3]])


@pytest.mark.parametrize(
    ('names', 'expected', 'colors'),
    [(None, [0, 1, 2], [1, 2, 3]), ('cab', [1, 2, 0], [3, 1, 2]), ('cb', [255, 1, 0], [3, 2])],
)
def test_ids_of_a_class_of_ones_own_follow_the_names(tmp_path, names, expected, colors):
    for folder, array in (
        ('image', np.zeros((1, 3, 3), np.uint8)),
        ('ids', np.array([[0, 1, 2]], np.uint8)),
    ):
        (tmp_path / folder).mkdir()
        cv2.imwrite(str(tmp_path / folder / 'x.png'), array)
    data = ThreeDataset(
        tasks=dict(seg=dict(type='ClassTask'), parts=dict(type='ClassTask')),
        data_root=str(tmp_path),
        data_prefix=dict(img_path='image', seg_map_path='ids', parts_map_path='ids'),
        img_suffix='.png',
        metainfo=names and dict(classes=list(names)),
        pipeline=[*LOAD, PACK],
    )
    assert ids_of(data) == ids_of(data, 'gt_parts') == expected
    assert list(data.metainfo['classes']) == list(names or 'abc')
    assert data.metainfo['palette'] == [[color] * 3 for color in colors]


def test_more_classes_than_eight_bits_tell_apart(tmp_path):
    names = [f'class{i}' for i in range(256)]
    for folder in ('image', 'ids'):
        (tmp_path / folder).mkdir()
        cv2.imwrite(str(tmp_path / folder / 'x.png'), np.zeros((1, 3, 3), np.uint8))
    settings = dict(
        tasks=['seg'],
        data_root=str(tmp_path),
        data_prefix=dict(img_path='image', seg_map_path='ids'),
        img_suffix='.png',
    )
    message = error_of(MultiTaskDataset, **settings, metainfo=dict(classes=names))
    assert message == 'tasks.seg.classes: expected 1 to 255 names, found 256.'
    assert MultiTaskDataset(**settings, metainfo=dict(classes=names[:255]))


@pytest.mark.parametrize(
    ('metainfo', 'message'),
    [
        (dict(label_map={7: 0}), 'metainfo.label_map: expected None, .* found {7: 0}; ids are'),
        (dict(reduce_zero_label=True), 'metainfo.reduce_zero_label: expected False, .*found True'),
        (dict(CLASSES=NAMES), "metainfo.CLASSES: expected 'classes' as the key"),
        (dict(PALETTE=[[0, 0, 0]]), "metainfo.PALETTE: expected 'palette' as the key"),
        (dict(classes=[]), r'metainfo.classes: expected at least one name, found \[\]'),
    ],
)
def test_no_mapping_is_passed_over(street, metainfo, message):
    with pytest.raises(ValueError, match=message):
        cityscapes(street, metainfo=metainfo)


def test_meta_information_of_another_set_is_taken(street):
    data = cityscapes(street, metainfo=dict(classes=NAMES))
    other = {k: v for k, v in data.metainfo.items() if k not in ('tasks', 'depth_unit')}
    assert other.keys() >= {'label_map', 'reduce_zero_label'}
    assert ids_of(cityscapes(street, metainfo=other)) == EXPECTED
