"""Data sets with labels of the whole image, alone and beside maps."""

import numpy as np
import pytest
import torch
from PIL import Image

from mmmtl.datasets import MultiTaskDataset
from tests.utils.errors import error_of

TASKS = dict(
    parts=dict(type='ClassTask', classes=('a', 'b')),
    weather=dict(type='ImageClassTask', classes=('sun', 'rain', 'snow')),
    city=dict(type='ImageClassTask', classes=('rome', 'oslo')),
)
PIPELINE = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='PackMultiTaskInputs'),
]
NAMES = ('oslo/1', 'oslo/2', 'rome/1')
TABLE = 'image,weather\noslo/1.png,sun\noslo/2,1\nrome/1,snow\n'


@pytest.fixture
def root(tmp_path):
    for number, name in enumerate(NAMES):
        pixels = np.random.default_rng(number).integers(0, 256, (6, 8, 3), dtype=np.uint8)
        for folder, values in (('images', pixels), ('parts', pixels[..., 0] % 2)):
            path = tmp_path / folder / f'{name}.png'
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(values).save(path)
    (tmp_path / 'weather.csv').write_text(TABLE)
    return tmp_path


def dataset(root, names=tuple(TASKS), steps=(), **settings):
    load, annotate, pack = PIPELINE
    given = dict(
        tasks={name: TASKS[name] for name in names},
        data_root=str(root),
        img_suffix='.png',
        data_prefix=dict(
            img_path='images',
            parts_map_path='parts',
            weather_map_path='weather.csv',
            city_map_path='images',
        ),
        pipeline=[load, annotate, *steps, pack],
    )
    return MultiTaskDataset(**given | settings)


def label_of(data, index, name):
    return data[index]['data_samples'].get(f'gt_{name}').data


def classes_of(data, name):
    found = [label_of(data, index, name) for index in range(len(data))]
    return [None if label.isnan().all() else int(label.argmax()) for label in found]


def test_one_class_from_a_file_and_one_from_the_folders(root):
    data = dataset(root)
    assert classes_of(data, 'weather') == [0, 1, 2]
    assert classes_of(data, 'city') == [1, 1, 0]
    label = label_of(data, 0, 'weather')
    assert (label.shape, label.dtype) == ((3, 1, 1), torch.float32)
    assert label.flatten().tolist() == [1, 0, 0]
    sample = data[0]['data_samples']
    assert sample.gt_parts.data.shape == (1, 6, 8)
    assert sample.metainfo['weather_map_path'] == str(root / 'weather.csv')
    assert data.metainfo['tasks']['city'] == dict(type='ImageClassTask', classes=['rome', 'oslo'])


def test_alone_it_needs_no_map(root):
    data = dataset(root, ['city'], data_prefix=dict(img_path='images', city_map_path='images'))
    assert classes_of(data, 'city') == [1, 1, 0]


AUGMENTATIONS = [
    dict(type='MultiTaskRandomFlip', prob=1.0, direction='diagonal'),
    dict(type='MultiTaskRandomRotate', prob=1.0, degree=(40, 41)),
    dict(type='MultiTaskRandomResize', scale=(8, 6), ratio_range=(2.0, 2.0)),
    dict(type='RandomCrop', crop_size=(5, 5)),
    dict(type='RandomScaleCrop', scales=(1.5,)),
    dict(type='MultiTaskRandomCutOut', prob=1.0, n_holes=9, cutout_shape=(3, 3)),
    dict(type='MultiTaskPad', size=(16, 16)),
    dict(type='ReduceResolution', size=(3, 3)),
    dict(type='mmseg.Resize', scale=(20, 10)),
    dict(type='PhotoMetricDistortion'),
]


@pytest.mark.parametrize('step', AUGMENTATIONS, ids=lambda step: step['type'])
def test_no_augmentation_touches_it(root, step):
    data = dataset(root, steps=[step])
    assert classes_of(data, 'weather') == [0, 1, 2]
    assert label_of(data, 0, 'weather').flatten().tolist() == [1, 0, 0]
    if step['type'] not in ('PhotoMetricDistortion', 'RandomCrop'):
        plain = label_of(dataset(root), 0, 'parts')
        assert not torch.equal(label_of(data, 0, 'parts').float(), plain.float())


def test_nor_do_those_of_mmcv_that_know_no_map_but_one(root):
    alone = dict(
        names=['weather'], data_prefix=dict(img_path='images', weather_map_path='weather.csv')
    )
    for step in (
        dict(type='mmcv.RandomFlip', prob=0.5),
        dict(type='mmcv.Pad', size=(9, 9)),
        dict(type='mmcv.CenterCrop', crop_size=(4, 4)),
        dict(type='mmcv.Resize', scale=(9, 9)),
        dict(type='mmseg.RandomRotate', prob=1.0, degree=30.0),
    ):
        assert classes_of(dataset(root, steps=[step], **alone), 'weather') == [0, 1, 2]


def test_what_joins_images_or_loses_labels_is_refused(root):
    mosaic = error_of(dataset, root, ['city'], [dict(type='RandomMosaic', prob=0.5)])
    assert 'RandomMosaic of mmseg cannot be used with labels of city: it joins four' in mosaic
    pack = [*PIPELINE[:2], dict(type='PackSegInputs')]
    assert 'Use PackMultiTaskInputs instead' in error_of(dataset, root, ['city'], pipeline=pack)
    load = [PIPELINE[0], dict(type='LoadAnnotations'), PIPELINE[2]]
    found = error_of(dataset, root, ['city'], pipeline=load)
    assert 'Use LoadMultiTaskAnnotations instead' in found


def test_an_image_without_an_entry_has_no_label_where_that_is_allowed(root):
    (root / 'weather.csv').write_text('image,weather\noslo/1,sun\nrome/1,\n')
    with pytest.raises(FileNotFoundError, match=r'weather.csv: .* found none for 2: oslo/2, rome/'):
        dataset(root)
    data = dataset(root, partly_labelled=['weather'])
    assert classes_of(data, 'weather') == [0, None, None]
    assert classes_of(data, 'city') == [1, 1, 0]
    (root / 'weather.csv').write_text('image,weather\n')  # none at all is a mistake
    with pytest.raises(FileNotFoundError, match='found none for 3'):
        dataset(root, partly_labelled=['weather'])


def test_an_entry_without_an_image_is_an_error_unless_it_is_meant(root):
    (root / 'weather.csv').write_text(f'{TABLE}paris/1,sun\n')
    with pytest.raises(FileNotFoundError) as raised:
        dataset(root)
    assert f'1 label(s) of weather without an image *.png below {root}/images' in str(raised.value)
    assert f': {root}/weather.csv: paris/1; skip_unpaired_labels=True' in str(raised.value)
    assert len(dataset(root, skip_unpaired_labels=True)) == 3
    (root / 'names.txt').write_text('oslo/1\n')
    assert classes_of(dataset(root, ann_file='names.txt'), 'weather') == [0]


def test_an_unknown_class_is_named_with_the_image(root):
    (root / 'weather.csv').write_text(TABLE.replace('sun', 'sunn'))
    found = error_of(dataset(root).__getitem__, 0)
    assert found == (
        f'weather label: {root}/weather.csv: expected one of 3 classes, by name or by an id from 0 '
        f"to 2, for {root}/images/oslo/1.png, found 'sunn'; did you mean 'sun'?"
    )


def test_a_missing_file_is_named(root):
    (root / 'weather.csv').unlink()
    with pytest.raises(FileNotFoundError, match=r'missing folder\(s\) .*weather.csv'):
        dataset(root)


def test_a_reader_of_one_s_own_gives_one_pixel(root):
    def lengths(path, info):
        return np.eye(3, dtype=np.float32)[len(info['weather_label']) % 3].reshape(1, 1, 3)

    data = dataset(root, label_readers=dict(weather=lengths))
    assert classes_of(data, 'weather') == [0, 1, 1]
    wrong = dataset(root, label_readers=dict(weather=lambda path, info: np.zeros((6, 8, 3))))
    assert 'the weather label is 6x8 (height x width)' in error_of(wrong.__getitem__, 0)
