import json

import pytest

from mmmtl.commands.data import check_decathlon
from mmmtl.commands.program import run_program
from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.evaluation.decathlon_results import Result, write_results
from tests.utils.decathlon_files import annotations_of, write_domain


@pytest.fixture
def root(tmp_path):
    for name in DOMAINS:
        write_domain(tmp_path, name)
    return tmp_path


@pytest.fixture
def check(capsys):
    """Runs the command in this process; gives its exit code and what it printed."""

    def run(*arguments):
        code = run_program(check_decathlon, list(map(str, arguments)))
        return code, *capsys.readouterr()

    return run


def test_a_whole_folder(root, check):
    code, printed, _ = check(root)
    assert code == 0
    lines = printed.splitlines()
    assert len(lines) == 10
    assert lines[9] == (
        'vgg-flowers: 3 classes, train 4, val 2, test 3 '
        '(the challenge: 102 classes, train 1020, val 1020, test 6149)'
    )


def test_every_domain_that_is_wrong_is_named(root, check):
    (root / 'data/dtd/train/000001.jpg').unlink()
    annotations_of(root, 'imagenet12', 'val').unlink()
    path = annotations_of(root, 'svhn', 'train')
    content = json.loads(path.read_text())
    content['images'].append(content['images'][0])
    path.write_text(json.dumps(content))
    code, printed, _ = check(root)
    assert code == 1
    for text in (
        f'dtd: {annotations_of(root, "dtd", "train")}: 1 of 4 images are missing: ',
        f'imagenet12: {annotations_of(root, "imagenet12", "val")}: no such file.',
        f'svhn: {path}: images[4]: expected each image once',
        'gtsrb: 3 classes',
    ):
        assert text in printed
    code, printed, _ = check(root, '--domains', 'gtsrb', 'aircraft')
    assert code == 0
    assert len(printed.splitlines()) == 2


def test_ids_that_two_domains_have_are_named(root, check):
    path = annotations_of(root, 'dtd', 'test')
    content = json.loads(path.read_text())
    content['images'][0]['id'] = 10_000_001
    path.write_text(json.dumps(content))
    code, printed, _ = check(root)
    assert code == 1
    assert (
        f'dtd: {path}: expected ids of images that no other domain has, found 10000001 of airc'
        in (printed)
    )


def test_means_for_a_config(root, check):
    code, printed, _ = check(root, '--domains', 'dtd', '--means', 50)
    assert code == 0
    # Blue is 40 times the classes 2, 0, 1, 2 of 255; green is 0, 1, 2, 3; red is 0.
    mean, deviation = printed.splitlines()[1].strip().split('), ')
    red, green, blue = map(float, mean.removeprefix('mean (').split(', '))
    assert blue == pytest.approx(50 / 255, abs=0.01)
    assert max(red, green) < 0.01
    assert deviation.endswith(' of red, green and blue')


def results(root, split, classes):
    found = []
    for domain in DOMAINS.values():
        content = json.loads(annotations_of(root, domain.name, split).read_text())
        own = zip(content['images'], classes, strict=True)
        found += [Result(image['id'], domain.first_category + index) for image, index in own]
    return found


def test_a_result_file_of_known_labels_has_a_score(root, check, tmp_path):
    path = tmp_path / 'results.json'
    write_results(path, results(root, 'val', [0, 1]))
    code, printed, _ = check(root, '--results', path, '--split', 'val')
    assert code == 0
    assert printed.splitlines()[0] == (
        f'{path}: 20 results, one for each val image of 10 domain(s).'
    )
    assert 'svhn: accuracy 100.00 %, 1000 points' in printed
    assert printed.splitlines()[-1] == 'score: 10000'
    write_results(path, results(root, 'val', [0, 0]))
    _, printed, _ = check(root, '--results', path, '--split', 'val')
    assert 'svhn: accuracy 50.00 %, 0 points' in printed
    # An error of 50 % of at most 97.6, 88.94, 80.26 and 79.32 where errors may be so large.
    points = sum(1000 * (1 - 50 / most) ** 2 for most in (97.6, 88.94, 80.26, 79.32))
    assert printed.splitlines()[-1] == f'score: {points:.0f}'


def test_a_result_file_of_the_test_images_has_a_score_where_the_labels_are(root, check, tmp_path):
    path = tmp_path / 'results.json'
    write_results(path, results(root, 'test', [1, 2, 0]))
    code, printed, _ = check(root, '--results', path)
    assert (code, len(printed.splitlines())) == (0, 1)
    for name, domain in DOMAINS.items():
        content = json.loads(annotations_of(root, name, 'test').read_text())
        content['annotations'] = [
            dict(image_id=image['id'], category_id=domain.first_category + index)
            for image, index in zip(content['images'], [1, 2, 0], strict=True)
        ]
        (root / f'annotations/{name}_test.json').write_text(json.dumps(content))
    code, printed, _ = check(root, '--results', path)
    assert printed.splitlines()[-1] == 'score: 10000'


def test_wrong_results_and_arguments_are_named(root, check, tmp_path):
    path = tmp_path / 'results.json'
    write_results(path, results(root, 'val', [0, 1])[:-1])
    for arguments, message in (
        (('--results', path), 'entry 0: expected an image of aircraft'),
        (('--results', path, '--split', 'val'), 'found no result for 1: image_id 100000006.'),
        (('--results', tmp_path / 'none.json'), 'none.json: no such file.'),
        (('--means', 0), '--means: expected at least 1, found 0.'),
    ):
        code, _, errors = check(root, *arguments)
        assert code == 1
        assert message in errors.splitlines()[0]
