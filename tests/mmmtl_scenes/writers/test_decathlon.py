from __future__ import annotations

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl_scenes.decathlon.domains import EMBEDDED
from mmmtl_scenes.writers.decathlon import DecathlonSet, write_decathlon
from tests.utils.scene_files import read_all

TINY = DecathlonSet(seed=5, share=0.01)  # one image of each class


def annotations(root: Path, name: str) -> dict:
    content: dict = json.loads((root / 'annotations' / f'{name}.json').read_text())
    return content


@pytest.fixture(scope='module')
def tiny_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp('decathlon') / 'set'
    classes = sum(len(domain.pictures.CLASSES) for domain in EMBEDDED.values())
    assert classes < write_decathlon(root, TINY, workers=1, progress=False) < 5 * classes
    return root


def test_the_names_are_those_of_the_challenge(tiny_set: Path) -> None:
    names = set(read_all(tiny_set))
    domains = '|'.join(DOMAINS)
    pattern = re.compile(
        rf'data/({domains})/(train|val|test)/\d{{6}}\.jpg|decathlon\.json'
        rf'|annotations/({domains})_(train|val|test|test_stripped)\.json'
    )
    assert all(pattern.fullmatch(name) for name in names)
    assert {'data/vgg-flowers/train/000001.jpg', 'data/svhn/test/000010.jpg'} <= names


def test_annotations_describe_the_images(tiny_set: Path) -> None:
    found = annotations(tiny_set, 'vgg-flowers_val')
    assert [one['id'] for one in found['categories']] == [100_000_001 + n for n in range(16)]
    assert found['categories'][9]['name'] == 'red poppy'
    assert [one['id'] for one in found['images']] == [
        one['image_id'] for one in found['annotations']
    ]
    assert sorted(one['category_id'] for one in found['annotations']) == [
        100_000_001 + n for n in range(16)
    ]
    for one in found['images']:
        image = cv2.imread(str(tiny_set / one['file_name']))
        assert image.shape == (one['height'], one['width'], 3)
    more_red = {}
    for image, label in zip(found['images'], found['annotations'], strict=True):
        pixels = cv2.imread(str(tiny_set / image['file_name']))[20:52, 20:52].astype(float)
        more_red[label['category_id']] = (pixels[..., 2] - pixels[..., 0]).mean()
    assert more_red[100_000_001 + 9] > 50  # a red poppy
    assert more_red[100_000_001] < -50  # a blue bell


def test_ids_of_images_are_used_once_and_lie_in_the_domains_own_range(tiny_set: Path) -> None:
    ids = []
    for name, domain in DOMAINS.items():
        own = [
            one['id']
            for split in ('train', 'val', 'test_stripped')
            for one in annotations(tiny_set, f'{name}_{split}')['images']
        ]
        assert all(one // 10_000_000 == domain.index + 1 for one in own)
        ids += own
    assert len(set(ids)) == len(ids)


def test_the_labels_of_the_test_images_are_in_a_file_of_their_own(tiny_set: Path) -> None:
    stripped, whole = (annotations(tiny_set, f'svhn_{name}') for name in ('test_stripped', 'test'))
    assert stripped['annotations'] == []
    assert len(whole['annotations']) == len(whole['images']) == 10
    assert stripped['images'] == whole['images']


def test_it_says_that_it_is_synthetic(tiny_set: Path) -> None:
    record = json.loads((tiny_set / 'decathlon.json').read_text())
    assert record['description'].startswith('Synthetic')
    assert annotations(tiny_set, 'dtd_train')['info']['description'].startswith('Synthetic')


def test_the_order_says_nothing_of_the_class() -> None:
    samples = [one for one in DecathlonSet().samples() if one.domain == 'daimlerpedcls']
    for split, count in (('train', 300), ('val', 80), ('test', 100)):
        labels = [one.label for one in samples if one.split == split]
        assert len(labels) == count
        assert sum(labels) == count / 2
        assert 0.3 < np.mean(np.diff(labels) != 0) < 0.7


def test_a_second_run_writes_what_is_missing(tiny_set: Path) -> None:
    before = read_all(tiny_set)
    assert write_decathlon(tiny_set, TINY, workers=1, progress=False) == 0
    (tiny_set / 'data/svhn/test/000004.jpg').unlink()
    (tiny_set / 'annotations/dtd_test_stripped.json').unlink()
    kept = tiny_set / 'data/svhn/test/000005.jpg'
    stamp = kept.stat().st_mtime_ns
    assert write_decathlon(tiny_set, TINY, workers=1, progress=False) == 1
    assert read_all(tiny_set) == before
    assert kept.stat().st_mtime_ns == stamp


def test_another_seed_gives_other_images_of_the_same_classes() -> None:
    first, other = (next(iter(DecathlonSet(seed=seed).samples())) for seed in (0, 1))
    assert first.path == other.path
    assert first.size != other.size or not np.array_equal(first.draw(), other.draw())


def test_other_parameters_and_foreign_folders_are_refused(tiny_set: Path, tmp_path: Path) -> None:
    other = DecathlonSet(seed=6, share=0.01)
    with pytest.raises(ValueError, match='other parameters: seed is 5, expected 6'):
        write_decathlon(tiny_set, other, workers=1, progress=False)
    (tmp_path / 'annotations').mkdir()
    with pytest.raises(ValueError, match='holds annotations but no decathlon.json'):
        write_decathlon(tmp_path, TINY, workers=1, progress=False)
    assert [path.name for path in tmp_path.iterdir()] == ['annotations']


@pytest.mark.parametrize(
    ('name', 'value'), [('seed', -1), ('seed', 1.5), ('share', 0), ('share', 1.1), ('share', '1')]
)
def test_bad_parameters_are_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f'{name} must be .*, found {value!r}'):
        DecathlonSet(**{name: value})  # type: ignore[arg-type]


def test_bad_workers_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='workers must be .* found 0'):
        write_decathlon(tmp_path, TINY, workers=0, progress=False)
