"""Folders, lists and meta information of data sets that do not fit together."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from mmseg.registry import DATASETS

from mmmtl.compat.scope import registry_scope
from tests.utils.array_files import npy
from tests.utils.bad_inputs import Bad, check_refused

NUMBERS = npy(np.ones((4, 6)))
IDS = cv2.imencode('.png', np.zeros((4, 6), np.uint8))[1].tobytes()
IMAGE = cv2.imencode('.png', np.zeros((4, 6, 3), np.uint8))[1].tobytes()
TASKS = dict(
    seg=dict(type='ClassTask', classes=('a', 'b')), depth=dict(type='ScalarTask', unit='depth')
)
PREFIX = dict(img_path='image', seg_map_path='label', depth_map_path='depth')
LOAD = [dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations')]


def write_set(folder, changes):
    files = {
        f'{kind}/{name}{suffix}': content
        for name in 'ab'
        for kind, suffix, content in (
            ('image', '.png', IMAGE),
            ('label', '.png', IDS),
            ('depth', '.npy', NUMBERS),
        )
    } | changes
    for name, content in files.items():
        if content is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for kind in ('image', 'label', 'depth'):
        (folder / kind).mkdir(exist_ok=True)


def data_set(files=None, read=None, **settings):
    """Builds a data set of two images, whose files differ as said, and reads a sample."""

    def build(folder):
        write_set(folder, files or {})
        config = dict(
            type='MultiTaskDataset',
            tasks=TASKS,
            data_prefix=PREFIX,
            data_root=str(folder),
            img_suffix='.png',
            pipeline=LOAD,
        )
        config = {k: v for k, v in {**config, **settings}.items() if v is not REMOVED}
        with registry_scope():
            built = DATASETS.build(config)
        return built if read is None else built[read]

    return build


def own(kind, **settings):
    """Builds one of the public data sets in an empty folder."""

    def build(folder):
        with registry_scope():
            DATASETS.build(dict(type=kind, **{'data_root': str(folder), **settings}))

    return build


REMOVED = object()
GONE = FileNotFoundError
TITLE = 'MultiTaskDataset: '
ROWS = {
    'no folder of images': Bad(
        data_set(data_prefix=PREFIX | dict(img_path='images')),
        TITLE + r'missing folder\(s\) .*/images',
        GONE,
    ),
    'no folder of labels': Bad(
        data_set(data_prefix=PREFIX | dict(seg_map_path='x', depth_map_path='y')),
        r'missing folder\(s\) .*/x, .*/y',
        GONE,
    ),
    'no root': Bad(data_set(data_root='/nowhere'), r'missing folder\(s\) /nowhere/image', GONE),
    'a root that is a file': Bad(
        data_set(data_root=__file__), r'missing folder\(s\) .*/image', GONE
    ),
    'a folder that is a file': Bad(
        data_set(data_prefix=PREFIX | dict(img_path='image/a.png')), r'missing folder\(s\) ', GONE
    ),
    'no image': Bad(
        data_set({f'image/{n}.png': None for n in 'ab'}),
        TITLE + r'empty split, expected images \*\.png below .*/image, found none',
    ),
    'another suffix': Bad(data_set(img_suffix='.jpg'), r'empty split, expected images \*\.jpg'),
    'a label that is missing': Bad(
        data_set({'depth/b.npy': None}), r'1 missing file\(s\): .*/depth/b\.npy', GONE
    ),
    'every label of a task missing': Bad(
        data_set({f'label/{n}.png': None for n in 'ab'}), r'2 missing file.*/label/a\.png, ', GONE
    ),
    'every label of a partly labelled task missing': Bad(
        data_set({f'label/{n}.png': None for n in 'ab'}, partly_labelled=['seg']),
        r'2 missing file\(s\)',
        GONE,
    ),
    'an image that is missing': Bad(
        data_set({'image/b.png': None}),
        r'1 label\(s\) of seg without an image \*\.png .*label/b\.png; skip_unpaired',
        GONE,
    ),
    'an image of another suffix': Bad(
        data_set({'image/b.png': None, 'image/b.jpg': IMAGE}), 'of seg without an image', GONE
    ),
    'two images of one name': Bad(
        data_set({'image/a.PNG': IMAGE}), r'expected one file for each name, found a\.(PNG|png)'
    ),
    'two labels of one name': Bad(data_set({'depth/a.NPY': NUMBERS}), 'one file for each name'),
    'another suffix of labels': Bad(
        data_set(label_suffix=dict(seg='_ids.png')), r'2 missing .*label/a_ids\.png', GONE
    ),
    'a list that is not there': Bad(
        data_set(ann_file='train.txt'), r'ann_file .*train\.txt does not exist', GONE
    ),
    'a list that is a folder': Bad(data_set(ann_file='image'), 'ann_file .* does not exist', GONE),
    'an empty list': Bad(data_set({'l.txt': b''}, ann_file='l.txt'), 'empty split, .*listed in'),
    'a list of empty lines': Bad(data_set({'l.txt': b'\n \n'}, ann_file='l.txt'), 'empty split'),
    'a list of an unknown name': Bad(
        data_set({'l.txt': b'a\nc\n'}, ann_file='l.txt'), r'1 missing .*image/c\.png', GONE
    ),
    'a list with suffixes': Bad(
        data_set({'l.txt': b'a.png\n'}, ann_file='l.txt'), r'image/a\.png\.png', GONE
    ),
    'a list in another encoding': Bad(
        data_set({'l.txt': 'ä'.encode('latin-1')}, ann_file='l.txt'),
        r'l\.txt: expected a list of names in UTF-8',
    ),
    'a list that is an image': Bad(data_set({'l.txt': IMAGE}, ann_file='l.txt'), 'names in UTF-8'),
    'a list in UTF-16': Bad(
        data_set({'l.txt': 'a'.encode('utf-16')}, ann_file='l.txt'), 'in UTF-8'
    ),
    'a list of paths out of the folder': Bad(
        data_set({'l.txt': b'../a\n'}, ann_file='l.txt'), '1 missing', GONE
    ),
    'no index': Bad(data_set(indices=0), r'indices: expected .* found 0'),
    'an index beyond the set': Bad(
        data_set(indices=[0, 2]), r'indices: expected .*0 to 1, found \[2\]'
    ),
    'an empty list of indices': Bad(data_set(indices=[]), r'indices: expected .* found \[\]'),
    'indices in words': Bad(data_set(indices='all'), "indices: expected .* found 'all'"),
    'no folder of a task given': Bad(
        data_set(data_prefix=dict(img_path='image', seg_map_path='label')),
        r"data_prefix: .* found none for \['depth_map_path'\]",
    ),
    'no folder given': Bad(data_set(data_prefix={}), 'data_prefix: expected a folder for each of'),
    'folders that are a text': Bad(data_set(data_prefix='image'), 'data_prefix: expected'),
    'a folder that is a number': Bad(
        data_set(data_prefix=PREFIX | dict(img_path=3)), 'data_prefix'
    ),
    'a suffix that is none': Bad(data_set(img_suffix=None), 'img_suffix: expected'),
    'suffixes of labels in one text': Bad(data_set(label_suffix='.png'), 'label_suffix: expected'),
    'a suffix of an unknown task': Bad(
        data_set(label_suffix=dict(dpeth='.npy')), r"label_suffix: .* found \['dpeth'\]"
    ),
    'a reader of an unknown task': Bad(
        data_set(label_readers=dict(norm=dict(type='NormalReader'))), r"label_readers: .*\['norm'\]"
    ),
    'an unknown task partly labelled': Bad(
        data_set(partly_labelled=['x']), r"partly_labelled: .* found \['x'\]"
    ),
    'partly labelled as one text': Bad(
        data_set(partly_labelled='seg'), 'partly_labelled: expected'
    ),
    'an unknown reader': Bad(
        data_set(label_readers=dict(depth=dict(type='ScalerReader'))),
        r"label_readers\.depth\.type: expected the type of a reader, found 'ScalerReader'.*Scalar",
    ),
    'a reader without a type': Bad(
        data_set(label_readers=dict(depth=dict(scale=1))), r'label_readers\.depth\.type: .* None'
    ),
    'an unknown argument of a reader': Bad(
        data_set(label_readers=dict(depth=dict(type='ScalarReader', sclae=1))),
        r"label_readers\.depth: expected arguments of ScalarReader, .* found 'sclae'.*scale",
    ),
    'a reader without what it needs': Bad(
        data_set(label_readers=dict(seg=dict(type='CityscapesIdReader'))),
        r"label_readers\.seg: expected 'num_classes', which CityscapesIdReader needs",
    ),
    'a reader of another unit': Bad(
        data_set(label_readers=dict(depth=dict(type='ScalarReader', depth_unit='mtan'))),
        r"label_readers\.depth\.depth_unit: expected 'depth', as the task says, found 'mtan'",
    ),
    'a reader with a wrong argument': Bad(
        data_set(label_readers=dict(depth=dict(type='ScalarReader', scale=-1))),
        r'label_readers\.depth: scale: expected a positive number, found -1',
    ),
    'a reader that is a text': Bad(
        data_set(label_readers=dict(depth='ScalarReader')), 'label_readers.depth: expected'
    ),
    'an unknown unit': Bad(data_set(depth_unit='feet'), "Unknown depth_unit 'feet'"),
    'classes that contradict the task': Bad(
        data_set(metainfo=dict(classes=['a', 'c'])), r'tasks\.seg\.classes: expected .*found'
    ),
    'classes in a file that is not there': Bad(
        data_set(metainfo=dict(classes='names.txt')), "metainfo.classes: .* 'names.txt'", GONE
    ),
    'an unknown task': Bad(data_set(tasks=['seg', 'dpeth']), "Unknown task 'dpeth'. Known tasks"),
    'no task': Bad(data_set(tasks=[]), 'tasks: expected at least one task'),
    'tasks as one text': Bad(data_set(tasks='seg'), "tasks: expected a list of names, .* 'seg'"),
    'a task twice': Bad(data_set(tasks=['seg', 'seg']), 'tasks: expected different names'),
    'classes that nobody names': Bad(data_set(tasks=['seg', 'depth']), 'metainfo needs `classes`'),
    'a split that is none': Bad(
        own('CityscapesMultiTaskDataset', split='training'), "split: .* found 'training'"
    ),
    'coarse labels of the pre-processed set': Bad(
        own('CityscapesMultiTaskDataset', layout='mtan', annotations='gtCoarse'), 'annotations: '
    ),
    'fine labels of the extra split': Bad(
        own('CityscapesMultiTaskDataset', split='train_extra', annotations='gtFine'), 'annotations'
    ),
    'a layout that is none': Bad(own('CityscapesMultiTaskDataset', layout='coco'), "'coco'"),
    'a number of classes that is none': Bad(
        own('NYUv2MultiTaskDataset', num_classes=14), r'num_classes: .* found 14'
    ),
    'another number of classes': Bad(
        own('CityscapesMultiTaskDataset', num_classes='7'), "num_classes: .* found '7'"
    ),
    'NYUv2 in disparities': Bad(own('NYUv2MultiTaskDataset', depth_unit='disparity'), 'depth_unit'),
    'NYUv2 with a test split': Bad(own('NYUv2MultiTaskDataset', split='test'), "split: .*'test'"),
    'a class that CityScapes lacks': Bad(
        own('CityscapesMultiTaskDataset', metainfo=dict(classes=['cat'])), r"found \['cat'\]"
    ),
}

SAMPLES = {
    'an image that is none': ({'image/a.png': b'x'}, r'a\.png: not an image'),
    'a label of another size': (
        {'depth/a.npy': npy(np.ones((6, 4)))},
        r'depth/a\.npy: the depth label is 6x4 \(height x width\), but its image .* is 4x6',
    ),
    'a label that is none': ({'label/a.png': b'x'}, r'seg label: .*label/a\.png: not an image'),
    'a label of NaN': ({'depth/a.npy': npy(np.full((4, 6), np.nan))}, 'depth label: .*NaN'),
    'a label beyond the classes': (
        {'label/a.png': cv2.imencode('.png', np.full((4, 6), 2, np.uint8))[1].tobytes()},
        r'seg label: .*label id\(s\) 2 are not in the table',
    ),
    'a label that is empty': ({'depth/a.npy': b''}, r'depth label: .*truncated or broken'),
}
ROWS |= {key: Bad(data_set(files, read=0), line) for key, (files, line) in SAMPLES.items()}


@pytest.mark.parametrize('row', ROWS.values(), ids=ROWS)
def test_what_is_no_data_set_is_refused(row, tmp_path):
    check_refused(row, tmp_path)


def test_labels_without_an_image_are_counted_if_that_is_said(tmp_path):
    built = data_set({'image/b.png': None}, skip_unpaired_labels=True)(tmp_path)
    assert len(built) == 1
