import json
import re

import pytest

from mmmtl.datasets.decathlon_annotations import read_annotations
from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.evaluation.decathlon_results import (
    Result,
    check_results,
    read_results,
    replace_results,
    result_accuracy,
    write_results,
)
from tests.utils.decathlon_files import annotations_of, write_domain

DTD, FLOWERS = 40_000_001, 100_000_001
"""The first image, and the first category, of both domains."""


@pytest.fixture
def annotations(tmp_path):
    """Two images of dtd, of classes 0 and 1, and three of flowers, of classes 1, 2 and 2."""
    write_domain(tmp_path, 'dtd', dict(val=[0, 1]))
    write_domain(tmp_path, 'vgg-flowers', dict(val=[1, 2, 2]))
    return {
        name: read_annotations(str(annotations_of(tmp_path, name, 'val')), DOMAINS[name])
        for name in ('dtd', 'vgg-flowers')
    }


RIGHT = [
    Result(DTD, DTD), Result(DTD + 1, DTD + 2),
    Result(FLOWERS, FLOWERS + 1), Result(FLOWERS + 1, FLOWERS), Result(FLOWERS + 2, FLOWERS + 2),
]  # fmt: skip


def test_the_file_is_the_challenges(tmp_path):
    path = tmp_path / 'new' / 'results.json'
    write_results(path, RIGHT[::-1])
    content = json.loads(path.read_text())
    assert content[0] == dict(image_id=40_000_001, category_id=40_000_001)
    assert [one['image_id'] for one in content] == sorted(one.image_id for one in RIGHT)
    assert read_results(path) == RIGHT


def test_a_complete_file_gives_classes_and_accuracy(tmp_path, annotations):
    path = tmp_path / 'results.json'
    write_results(path, RIGHT)
    found = check_results(path, annotations)
    assert found == {
        'dtd': {DTD: 0, DTD + 1: 2},
        'vgg-flowers': {FLOWERS: 1, FLOWERS + 1: 0, FLOWERS + 2: 2},
    }
    assert result_accuracy(found['dtd'], annotations['dtd']) == 50
    accuracy = result_accuracy(found['vgg-flowers'], annotations['vgg-flowers'])
    assert accuracy == pytest.approx(200 / 3)


def put(place, **values):
    def change(content):
        content[place] |= values

    return change


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        (
            put(3, image_id=DTD),
            ': entry 3: expected each image once, found image_id 40000001 of entry 0 again.',
        ),
        (
            put(1, image_id=7),
            ': entry 1: expected an image of dtd, vgg-flowers, found image_id 7.',
        ),
        (
            put(1, category_id=FLOWERS),
            ': entry 1: expected a category of dtd, 40000001 to 40000003, for image_id 40000002, '
            'found 100000001.',
        ),
        (
            put(1, category_id=DTD + 3),
            ': entry 1: expected a category of dtd, 40000001 to 40000003, for image_id 40000002, '
            'found 40000004.',
        ),
        (
            lambda content: content.pop(1),
            ': expected each of the 2 images of dtd, found no result for 1: image_id 40000002.',
        ),
        (
            put(2, category_id='100000002'),
            ': entry 2: expected integers image_id and category_id, found {',
        ),
        (
            lambda content: content.append([DTD, DTD]),
            ': entry 5: expected integers image_id and category_id, found [40000001, 40000001].',
        ),
        (lambda content: content[0].pop('image_id'), ': entry 0: expected integers'),
        (put(0, image_id=True), ': entry 0: expected integers'),
    ],
)
def test_wrong_entries_are_named(tmp_path, annotations, change, message):
    content = [one._asdict() for one in RIGHT]
    change(content)
    path = tmp_path / 'results.json'
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=re.escape(f'{path}{message}')):
        check_results(path, annotations)


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('[{"image_id": 1', ': no JSON: Expecting'),
        ('[' * 100_000, ': no JSON: '),
        ('{}', ': expected a list of results, found dict.'),
    ],
)
def test_files_without_results_are_named(tmp_path, annotations, text, message):
    path = tmp_path / 'results.json'
    with pytest.raises(FileNotFoundError, match='results.json: no such file'):
        check_results(path, annotations)
    path.write_text(text)
    with pytest.raises(ValueError, match=re.escape(f'{path}{message}')):
        check_results(path, annotations)


def test_results_of_a_domain_are_put_beside_those_of_others(tmp_path):
    path = tmp_path / 'results.json'
    assert replace_results(path, RIGHT[2:]) == 3
    assert replace_results(path, RIGHT[:2]) == 5
    assert read_results(path) == RIGHT
    assert replace_results(path, [Result(DTD, DTD + 1)]) == 5
    assert read_results(path) == [Result(DTD, DTD + 1), *RIGHT[1:]]


def test_a_foreign_file_is_left_alone(tmp_path):
    path = tmp_path / 'results.json'
    path.write_text('{"accuracy": 1}')
    with pytest.raises(ValueError, match='expected a list of results'):
        replace_results(path, RIGHT)
    assert path.read_text() == '{"accuracy": 1}'
