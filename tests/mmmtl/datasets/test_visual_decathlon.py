import json
import re

import pytest
import torch
from mmseg.registry import DATASETS

from mmmtl.datasets import MultiTaskConcatDataset, VisualDecathlonDataset
from tests.utils.decathlon_files import annotations_of, write_domain

PIPELINE = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='ResizeShortestEdge', scale=72, max_size=10_000),
    dict(type='CenterCrop', crop_size=72),
    dict(type='PackMultiTaskInputs'),
]


def task(classes=3):
    return dict(type='ImageClassTask', classes=classes)


@pytest.fixture
def root(tmp_path):
    write_domain(tmp_path, 'dtd')
    write_domain(tmp_path, 'vgg-flowers')
    return tmp_path


def build(root, domain='dtd', tasks=None, **arguments):
    return VisualDecathlonDataset(
        domain, tasks or {domain.replace('-', '_'): task()}, data_root=str(root), **arguments
    )


@pytest.mark.parametrize(
    ('split', 'labels'), [('train', [2, 0, 1, 2]), ('val', [0, 1]), ('test', [None, None, None])]
)
def test_samples_have_their_class_and_the_challenges_id(root, split, labels):
    dataset = build(root, 'vgg-flowers', split=split, pipeline=PIPELINE)
    first = 100_000_001 + {'train': 0, 'val': 4, 'test': 6}[split]
    assert len(dataset) == len(labels)
    for index, label in enumerate(labels):
        sample = dataset[index]['data_samples']
        found = sample.gt_vgg_flowers.data
        assert found.shape == (3, 1, 1)
        if label is None:
            assert found.isnan().all()
        else:
            assert found.flatten().tolist() == [float(label == one) for one in range(3)]
            blue = dataset[index]['inputs'][0].float().mean()
            assert blue == pytest.approx(40 * label, abs=2)
        assert sample.img_id == first + index
        assert sample.img_path == str(root / f'data/vgg-flowers/{split}/{index + 1:06d}.jpg')
        assert dataset[index]['inputs'].shape == (3, 72, 72)


def test_it_is_built_by_its_name_and_takes_its_own_task_of_several(root):
    tasks = dict(svhn=task(10), dtd=task(), vgg_flowers=task(7))
    dataset = DATASETS.build(
        dict(type='VisualDecathlonDataset', domain='dtd', tasks=tasks, data_root=str(root))
    )
    assert list(dataset.tasks) == ['dtd']
    assert list(dataset.metainfo['tasks']) == ['dtd']


def test_a_task_alone_may_have_any_name(root):
    dataset = build(root, tasks=dict(pattern=task()), pipeline=PIPELINE)
    assert dataset[0]['data_samples'].gt_pattern.data.argmax() == 2


def test_domains_are_joined(root):
    joined = MultiTaskConcatDataset(
        [build(root, pipeline=PIPELINE), build(root, 'vgg-flowers', pipeline=PIPELINE)]
    )
    assert list(joined.metainfo['tasks']) == ['dtd', 'vgg_flowers']
    assert len(joined) == 8
    assert 'gt_dtd' in joined[3]['data_samples']
    assert 'gt_dtd' not in joined[4]['data_samples']


def test_indices_choose_samples(root):
    assert [build(root, indices=[3, 1])[i]['img_id'] for i in (0, 1)] == [40000004, 40000002]
    assert len(build(root, indices=2)) == 2
    with pytest.raises(ValueError, match='indices: expected numbers from 0 to 3, found'):
        build(root, indices=[4])


def test_images_may_lie_in_folders_of_their_own(root):
    path = annotations_of(root, 'dtd', 'val')
    content = json.loads(path.read_text())
    for number, entry in enumerate(content['images']):
        name = f'data/dtd/val/{number}/{number}.JPEG'
        (root / name).parent.mkdir()
        (root / entry['file_name']).rename(root / name)
        entry['file_name'] = name
    path.write_text(json.dumps(content))
    dataset = build(root, split='val', pipeline=PIPELINE)
    assert [dataset[i]['data_samples'].gt_dtd.data.argmax() for i in (0, 1)] == [0, 1]


def test_missing_images_are_named(root):
    for number in (2, 4):
        (root / f'data/dtd/train/{number:06d}.jpg').unlink()
    message = (
        f'2 of the 4 images of {annotations_of(root, "dtd", "train")} are missing: '
        f'{root}/data/dtd/train/000002.jpg, {root}/data/dtd/train/000004.jpg.'
    )
    with pytest.raises(FileNotFoundError, match=re.escape(message)):
        build(root)


def test_a_domain_without_annotations_or_images_says_how_to_get_them(root):
    for domain, missing in (
        ('svhn', f'{root}/data/svhn, {root}/annotations/svhn_train.json'),
        ('imagenet12', f'{root}/data/imagenet12, {root}/annotations/imagenet12_train.json'),
    ):
        with pytest.raises(FileNotFoundError) as error:
            build(root, domain)
        assert f'missing folder(s) {missing}' in str(error.value)
        assert 'https://www.robots.ox.ac.uk/~vgg/decathlon/' in str(error.value)
        assert f'python -m mmmtl data decathlon {root}' in str(error.value)
    annotations_of(root, 'dtd', 'val').unlink()
    with pytest.raises(FileNotFoundError, match=r'missing folder\(s\) .*/dtd_val.json'):
        build(root, split='val')


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (dict(domain='flowers'), "domain: expected one of .* found 'flowers'; did you mean 'vgg-"),
        (dict(split='test_stripped'), "split: expected one of .* found 'test_stripped'"),
        (
            dict(tasks=dict(svhn=task(), vgg_flowers=task())),
            r"tasks: expected the task of dtd, 'dtd', of the whole image, found \['svhn', 'vgg_",
        ),
        (dict(tasks=['depth']), "expected the task of dtd, 'dtd', .* found 'depth', a ScalarTask"),
        (dict(tasks=dict(dtd=task(4))), r'tasks.dtd: expected the 3 classes of .*json, found 4\.'),
    ],
)
def test_wrong_arguments_are_named(root, arguments, message):
    with pytest.raises(ValueError, match=message):
        build(root, **arguments)


def test_a_broken_file_of_annotations_is_named(root):
    annotations_of(root, 'dtd', 'train').write_text('{"images": [{"id": 1,')
    with pytest.raises(ValueError, match=r'annotations/dtd_train.json: no JSON: Expecting'):
        build(root)


def test_a_broken_image_is_named(root):
    path = root / 'data/dtd/train/000002.jpg'
    path.write_bytes(path.read_bytes()[:100])
    dataset = build(root, pipeline=PIPELINE)
    assert dataset[0]['data_samples'].gt_dtd.data.dtype == torch.float32
    with pytest.raises(ValueError, match=re.escape(f'{path}: truncated or broken image')):
        dataset[1]
