"""Data sets with a cache of their decoded samples, beside the same ones without."""

import errno
import gc
import os

import cv2
import numpy as np
import pytest
from mmseg.registry import DATASETS

from mmmtl.compat.scope import registry_scope
from mmmtl.datasets import CityscapesMultiTaskDataset, MultiTaskDataset
from mmmtl.datasets.caching import cache_place, sample_cache
from mmmtl.datasets.readers import IdMapReader
from mmmtl.datasets.transforms import LoadMultiTaskAnnotations, LoadMultiTaskImage
from tests.utils.cached_streets import (
    AUGMENT,
    LOAD,
    PIPELINE,
    assert_same_samples,
    build,
    config,
    kept_files,
)
from tests.utils.random_data import write_streets


@pytest.mark.parametrize(
    'pipeline',
    [
        PIPELINE,
        [*LOAD, *AUGMENT],
        [*LOAD[:1], *AUGMENT],
        [LOAD[0], AUGMENT[2], LOAD[1], AUGMENT[3]],
    ],
    ids=['reduced', 'as stored', 'images', 'labels behind an augmentation'],
)
def test_samples_are_the_same_with_a_cache(root, memory, pipeline):
    plain, cached = build(root, pipeline), build(root, pipeline, cache=True)
    assert_same_samples(plain, cached)
    assert len(kept_files(memory)) == 1
    del cached


def test_what_the_transforms_that_load_give_is_the_same(root, memory):
    plain, cached = build(root, PIPELINE[:3]), build(root, PIPELINE[:3], cache=True)
    for _ in range(3):
        for index in range(4):
            expected, found = plain[index], cached[index]
            assert found.keys() == expected.keys()
            for key, value in expected.items():
                if isinstance(value, np.ndarray):
                    assert found[key].dtype == value.dtype
                    np.testing.assert_array_equal(found[key], value)
                    found[key][:] = 7  # whoever writes, the next one gets the file's
                elif key != 'tasks':
                    assert found[key] == value
                    assert type(found[key]) is type(value)
    del cached, found


def test_files_are_read_once(root, memory, monkeypatch):
    read = []
    transform = LoadMultiTaskImage.transform

    def record(self, results):
        read.append(results['img_path'])
        return transform(self, results)

    monkeypatch.setattr(LoadMultiTaskImage, 'transform', record)
    cached = build(root, cache=True, indices=3)
    looked_at = len(read)
    assert looked_at == 3  # to tell the room
    for _ in range(3):
        for index in (2, 0):
            cached[index]
    assert len(read) == looked_at + 2
    del cached


def test_it_says_how_much_it_takes_and_what_is_there(root, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(sample_cache, 'print_log', lambda text, **how: said.append(text))
    cached = build(root, cache=str(tmp_path))
    (path,) = kept_files(tmp_path)
    # 16x32: 1536 bytes of colours, 512 ids, 2048 of depths, 6144 of directions
    line = f'4 samples of 0.0102 MB take 0.04096 MB in {path}, {{}} are there already'
    assert said == [f'Cache of CityscapesMultiTaskDataset: {line.format(0)}']
    assert path.stat().st_size == 4096 + 4 * (1536 + 512 + 2048 + 6144)
    cached[1], cached[3]
    build(root, cache=str(tmp_path))
    assert said[1:] == [f'Cache of CityscapesMultiTaskDataset: {line.format(2)}']


def test_without_room_nothing_begins(root, memory, monkeypatch):
    monkeypatch.setattr(cache_place, 'memory_room', lambda: 40_000)
    with pytest.raises(OSError, match=r'0\.0 MB of memory needed, 0\.0 MB free') as caught:
        build(root, cache=True)
    assert caught.value.errno == errno.ENOSPC


CHANGES = dict(
    size=dict(pipeline=[*LOAD, dict(type='ReduceResolution', size=(8, 16)), *AUGMENT]),
    order=dict(pipeline=[LOAD[0], PIPELINE[2], *AUGMENT]),
    classes=dict(num_classes=2),
    unit=dict(depth_unit='disparity'),
    tasks=dict(tasks=['seg', 'depth']),
    reader=dict(label_readers=dict(seg=IdMapReader([0] * 40))),
    indices=dict(indices=3),
)


@pytest.mark.parametrize('change', CHANGES)
def test_what_is_loaded_otherwise_is_cached_otherwise(root, tmp_path, change):
    settings = dict(cache=str(tmp_path))
    build(root, **settings)
    other = {**config(root), **CHANGES[change]}
    with registry_scope():
        changed, plain = DATASETS.build({**other, **settings}), DATASETS.build(other)
    assert len(kept_files(tmp_path)) == 2
    assert_same_samples(plain, changed, passes=1)


def test_augmentations_and_log_do_not_matter(root, tmp_path):
    build(root, cache=str(tmp_path))[0]
    other = build(root, [*PIPELINE[:3], PIPELINE[-1]], cache=str(tmp_path), test_mode=True)
    assert len(kept_files(tmp_path)) == 1
    assert_same_samples(build(root, [*PIPELINE[:3], PIPELINE[-1]]), other, passes=1)


@pytest.mark.parametrize('what', ['content', 'time', 'camera'])
def test_changed_files_are_read_again(root, tmp_path, what):
    old = build(root, cache=str(tmp_path))
    before = [old[index] for index in range(4)]
    (path,) = kept_files(tmp_path)
    file = sorted((root / 'gtFine').rglob('*.png'))[2]
    if what == 'content':
        cv2.imwrite(str(file), np.full((32, 64), 7, np.uint8))
    elif what == 'time':
        os.utime(file, (1, 1))
    else:
        camera = root / 'camera/train/town/town_000000_000002_camera.json'
        camera.parent.mkdir(parents=True)
        camera.write_text('{"extrinsic": {"baseline": 1}, "intrinsic": {"fx": 2}}')
    new = build(root, cache=str(tmp_path))
    assert_same_samples(build(root), new, passes=2)
    (changed,) = [one for one in kept_files(tmp_path) if one != path]
    if what != 'camera':
        assert not path.exists()  # nobody would use it again
    assert len(before) == 4
    old[1]  # who has it open goes on


def test_a_killed_run_s_file_in_memory_goes_when_another_one_is_made(root, memory):
    leftover = memory / 'mmmtl-run-Other-0-0.samples'
    leftover.write_bytes(b'')
    foreign = memory / 'torch_12'
    foreign.write_bytes(b'')
    cached = build(root, cache=True)
    assert not leftover.exists()
    assert foreign.exists()
    foreign.unlink()
    del cached


def test_samples_of_several_sizes(tmp_path, memory, monkeypatch):
    root = write_streets(tmp_path / 'small', dict(train=3))
    write_streets(tmp_path / 'large', dict(train=12), size=(64, 64))
    for name in ('leftImg8bit', 'gtFine', 'disparity', 'normal'):
        for path in (tmp_path / 'large' / name).rglob('*.*'):
            number = int(path.name.split('_')[2])
            if number > 2:
                path.rename(root / name / 'train/town' / path.name)
    said = []
    monkeypatch.setattr(sample_cache, 'print_log', lambda text, **how: said.append(text))
    pipeline = [*LOAD, AUGMENT[-1]]
    plain, cached = build(root, pipeline), build(root, pipeline, cache=True)
    assert len(said) == 1
    assert_same_samples(plain, cached, passes=3)
    monkeypatch.setattr(sample_cache, '_LOOKED_AT', 1)
    del cached
    gc.collect()
    said.clear()
    cached = build(root, pipeline, cache=True)  # looks at a small one
    assert_same_samples(plain, cached, passes=3)
    assert len(said) == 2
    assert 'larger than the samples that were looked at' in said[1]
    del cached


def test_partly_labelled_and_repeated_samples(root, memory):
    for path in sorted((root / 'disparity').rglob('*.png'))[1:3]:
        path.unlink()
    settings = dict(partly_labelled=['depth'], indices=[1, 1, 0, 3])
    plain, cached = build(root, **settings), build(root, **settings, cache=True)
    assert_same_samples(plain, cached)
    del cached


def test_two_samples_of_one_image_have_labels_of_their_own(root, memory):
    plain, cached = build(root, lazy_init=True), build(root, lazy_init=True, cache=True)
    samples = CityscapesMultiTaskDataset.load_data_list(plain)
    turned = [
        {**one, 'seg_map_path': other['seg_map_path']}
        for one, other in zip(samples, samples[::-1], strict=True)
    ]
    for data in (plain, cached):
        data.load_data_list = lambda: [*samples, *turned]
        data.full_init()
    assert_same_samples(plain, cached)
    del cached


def test_labels_of_the_whole_image(tmp_path, memory):
    """The map of a class and the classes of the image, from a file of labels and from folders."""
    names = [f'{folder}/{number}' for folder in ('dark', 'bright') for number in range(2)]
    for name in names:
        for kind in ('images', 'side'):
            path = tmp_path / kind / f'{name}.png'
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), np.random.default_rng(3).integers(0, 2, (8, 16), np.uint8))
    table = tmp_path / 'weather.csv'
    table.write_text('image,weather\n' + ''.join(f'{name},{len(name) % 2}\n' for name in names))
    tasks = dict(
        weather=dict(type='ImageClassTask', classes=('a', 'b')),
        side=dict(type='ClassTask', classes=('left', 'right')),
        light=dict(type='ImageClassTask', classes=('dark', 'bright')),
    )
    settings = dict(
        tasks=tasks,
        img_suffix='.png',
        data_root=str(tmp_path),
        data_prefix=dict(
            img_path='images', side_map_path='side', light_map_path='images',
            weather_map_path='weather.csv',
        ),
        label_suffix=dict(side='.png'),
        pipeline=[*LOAD, AUGMENT[1], AUGMENT[3]],
    )  # fmt: skip
    for line in (None, '1', '0'):
        if line is not None:  # of the same size
            table.write_text('image,weather\n' + ''.join(f'{name},{line}\n' for name in names))
        with registry_scope():
            plain, cached = MultiTaskDataset(**settings), MultiTaskDataset(**settings, cache=True)
        assert_same_samples(plain, cached)
        del cached
        gc.collect()


@pytest.mark.parametrize('pipeline', [AUGMENT, [LOAD[1], LOAD[0]]])
def test_what_does_not_begin_with_loading_is_refused(root, memory, pipeline):
    first = pipeline[0]['type']
    with pytest.raises(ValueError, match=rf'begins with LoadMultiTaskImage, found {first}\.'):
        build(root, pipeline, cache=True)


class LoadDarker(LoadMultiTaskAnnotations):
    """A transform of one's own, which may draw numbers."""


def test_a_transform_of_one_s_own_is_not_cached(root, memory):
    transforms = [LoadMultiTaskImage(), LoadDarker()]
    assert sample_cache.loading_transforms(transforms) == transforms[:1]


def test_files_elsewhere_are_refused(root, memory):
    data = build(root, cache=True, lazy_init=True)
    samples = CityscapesMultiTaskDataset.load_data_list(data)
    data.load_data_list = lambda: [{**one, 'img_path': 's3:a.png'} for one in samples]
    with pytest.raises(ValueError, match=r'files of this machine, found .*/s3:a\.png \(No such'):
        data.full_init()
