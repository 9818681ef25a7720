import json
import re

import cv2
import numpy as np
import pytest

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.datasets.decathlon_folder import check_domain, image_statistics, spread
from tests.utils.decathlon_files import annotations_of, write_domain

SVHN = DOMAINS['svhn']


@pytest.fixture
def root(tmp_path):
    write_domain(tmp_path, 'svhn')
    return tmp_path


def change(path, edit):
    content = json.loads(path.read_text())
    edit(content)
    path.write_text(json.dumps(content))


def test_a_whole_domain(root):
    found = check_domain(str(root), SVHN)
    assert {split: len(own.images) for split, own in found.items()} == dict(train=4, val=2, test=3)
    assert found['test'].images[0].label is None


def test_an_image_of_two_splits_is_named(root):
    path = annotations_of(root, 'svhn', 'val')

    def edit(content):
        content['images'][1]['id'] = content['annotations'][1]['image_id'] = 80_000_002

    change(path, edit)
    message = f'{path}: expected images of no other split, found the id 80000002 of train again.'
    with pytest.raises(ValueError, match=re.escape(message)):
        check_domain(str(root), SVHN)


def test_a_file_of_two_splits_under_two_ids_is_named(root):
    path = annotations_of(root, 'svhn', 'val')
    name = 'data/svhn/train/000002.jpg'
    change(path, lambda content: content['images'][1].update(file_name=name))
    message = f'{path}: expected images of no other split, found the file_name {name!r} of train'
    with pytest.raises(ValueError, match=re.escape(message)):
        check_domain(str(root), SVHN)


def test_other_categories_in_another_split_are_named(root):
    path = annotations_of(root, 'svhn', 'test')
    change(path, lambda content: content['categories'][1].update(name='uno'))
    with pytest.raises(ValueError, match=r'test_stripped.json: expected the categories of .*train'):
        check_domain(str(root), SVHN)


def test_missing_images_and_annotations_are_named(root):
    (root / 'data/svhn/test/000003.jpg').unlink()
    with pytest.raises(FileNotFoundError, match=r'1 of 3 images are missing: .*test/000003\.jpg'):
        check_domain(str(root), SVHN)
    annotations_of(root, 'svhn', 'val').unlink()
    with pytest.raises(FileNotFoundError, match=r'svhn_val\.json: no such file'):
        check_domain(str(root), SVHN)


def test_files_are_chosen_evenly():
    files = [str(number) for number in range(9)]
    assert spread(files, 3) == ['0', '4', '8']
    assert spread(files, 20) == files
    assert spread(files, 1) == ['0']


def test_mean_and_deviation_of_colours(tmp_path):
    # Red is 0 in 2 pixels and 255 in 6, green 51 everywhere, blue 0 and 102 in 4 each.
    first = np.array([[[0, 51, 0], [102, 51, 0]]], np.uint8)  # blue, green, red
    second = np.zeros((2, 3, 3), np.uint8)
    second[..., 1], second[..., 2] = 51, 255
    second[0, :, 0] = 102
    paths = []
    for number, image in enumerate((first, second)):
        paths.append(str(tmp_path / f'{number}.png'))
        cv2.imwrite(paths[-1], image)
    mean, deviation = image_statistics(paths)
    np.testing.assert_allclose(mean, [0.75, 0.2, 0.2])
    np.testing.assert_allclose(deviation, [(0.75 * 0.25) ** 0.5, 0, 0.2], atol=1e-7)
