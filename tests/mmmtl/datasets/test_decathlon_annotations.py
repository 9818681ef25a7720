import json
import re

import pytest

from mmmtl.datasets.decathlon_annotations import annotation_file, read_annotations
from mmmtl.datasets.decathlon_domains import DOMAINS
from tests.utils.decathlon_files import annotations_of, write_annotations, write_domain

DTD = DOMAINS['dtd']  # index 3


@pytest.fixture
def train(tmp_path):
    """The file of training annotations: classes 2, 0, 1, 2 of the images 40000001 to 40000004."""
    write_domain(tmp_path, 'dtd')
    return annotations_of(tmp_path, 'dtd', 'train')


def test_what_a_file_says(train):
    found = read_annotations(str(train), DTD)
    assert found.classes == ('zero', 'one', 'two')
    assert [(one.image_id, one.label) for one in found.images] == [
        (40000001, 2), (40000002, 0), (40000003, 1), (40000004, 2),
    ]  # fmt: skip
    assert found.images[1].file_name == 'data/dtd/train/000002.jpg'
    assert found.is_labelled
    assert (found.path, found.domain, found.description) == (str(train), DTD, '')


@pytest.mark.parametrize('lacking', [(), ('annotations',), ('annotations', 'categories')])
def test_stripped_files_have_images_alone(tmp_path, lacking):
    write_domain(tmp_path, 'dtd')
    path = tmp_path / annotation_file(DTD, 'test')
    assert path.name == 'dtd_test_stripped.json'
    content = json.loads(path.read_text()) | dict(info=dict(description='Synthetic'))
    for key in lacking:
        del content[key]
    path.write_text(json.dumps(content))
    found = read_annotations(str(path), DTD)
    assert not found.is_labelled
    assert [one.label for one in found.images] == [None] * 3
    assert len(found.classes) == (0 if 'categories' in lacking else 3)
    assert found.description == 'Synthetic'


def test_categories_may_stand_in_any_order(train):
    content = json.loads(train.read_text())
    content['categories'].reverse()
    train.write_text(json.dumps(content))
    found = read_annotations(str(train), DTD)
    assert found.classes == ('zero', 'one', 'two')
    assert found.images[0].label == 2


def remove(*keys):
    def change(content):
        for key in keys[:-1]:
            content = content[key]
        del content[keys[-1]]

    return change


def put(value, *keys):
    def change(content):
        for key in keys[:-1]:
            content = content[key]
        content[keys[-1]] = value

    return change


def append(key, entry):
    def change(content):
        content[key].append(entry)

    return change


IMAGE = dict(id=40000001, file_name='data/dtd/train/000009.jpg')


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        (remove('images'), ': expected a list of images, found none.'),
        (put({}, 'images'), ': expected a list of images, found {}.'),
        (put([], 'images'), ': expected images, found none.'),
        (put(3, 'images', 1), ': images[1]: expected an object, found 3.'),
        (remove('images', 1, 'id'), ': images[1].id: expected an integer, found None.'),
        (put('7', 'images', 1, 'id'), ".id: expected an integer, found '7'."),
        (put(True, 'images', 1, 'id'), '.id: expected an integer, found True.'),
        (put('', 'images', 2, 'file_name'), ": images[2].file_name: expected a text, found ''."),
        (
            append('images', IMAGE),
            ': images[4]: expected each image once, found the id 40000001 of images[0] again.',
        ),
        (
            append('images', dict(IMAGE, id=9, file_name='data/dtd/train/000003.jpg')),
            ': images[4]: expected each image once, found the file_name '
            "'data/dtd/train/000003.jpg' of images[2] again.",
        ),
        (
            append('images', dict(IMAGE, id=9)),
            ': images[4]: expected an annotation for each image, found none for '
            "'data/dtd/train/000009.jpg', id 9.",
        ),
        (remove('annotations'), ': expected annotations, found none.'),
        (put([], 'annotations'), ': expected annotations, found none.'),
        (
            append('annotations', dict(image_id=40000002, category_id=40000001)),
            ': annotations[4]: expected one annotation for each image, found another of 40000002.',
        ),
        (
            append('annotations', dict(image_id=5, category_id=40000001)),
            ': annotations[4].image_id: expected the id of one of 4 images, found 5.',
        ),
        (
            put(40000004, 'annotations', 3, 'category_id'),
            ': annotations[3].category_id: expected one of the 3 classes of dtd, 40000001 to '
            '40000003, found 40000004.',
        ),
        (
            put(50000001, 'annotations', 3, 'category_id'),
            ': annotations[3].category_id: expected one of the 3 classes of dtd, 40000001 to '
            '40000003, found 50000001.',
        ),
        (remove('categories'), ': expected categories beside annotations, found none.'),
        (
            put(50000001, 'categories', 0, 'id'),
            ': categories[0].id: expected the ids of the 3 classes of dtd, 40000001 to 40000003, '
            'found 50000001.',
        ),
        (
            put(40000001, 'categories', 2, 'id'),
            ': categories[2]: expected each category once, found the id 40000001 again.',
        ),
        (put(7, 'categories', 1, 'name'), ': categories[1].name: expected a text, found 7.'),
    ],
)  # fmt: skip
def test_wrong_entries_are_named(train, change, message):
    content = json.loads(train.read_text())
    change(content)
    train.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        read_annotations(str(train), DTD)
    assert str(error.value).startswith(str(train))


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('{"images": [', ': no JSON: Expecting value'),
        ('', ': no JSON: Expecting value'),
        ('[' * 100_000, ': no JSON: '),
        ('[]', ': expected an object with images, annotations and categories, found a list.'),
    ],
)
def test_files_that_are_no_annotations(tmp_path, text, message):
    path = write_annotations(tmp_path, 'dtd', 'train', text)
    with pytest.raises(ValueError, match=re.escape(f'{path}{message}')):
        read_annotations(str(path), DTD)


def test_other_bytes_and_missing_files(tmp_path):
    path = tmp_path / 'dtd_train.json'
    with pytest.raises(FileNotFoundError, match='dtd_train.json: no such file'):
        read_annotations(str(path), DTD)
    path.write_bytes(b'\xff\xfe{}')
    with pytest.raises(ValueError, match='dtd_train.json: no JSON'):
        read_annotations(str(path), DTD)


def test_another_domains_file_is_told_apart(train):
    with pytest.raises(ValueError, match='classes of svhn, 80000001 to 80000003, found 40000001'):
        read_annotations(str(train), DOMAINS['svhn'])
