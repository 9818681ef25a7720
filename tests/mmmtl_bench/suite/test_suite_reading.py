"""The file of a suite, before it is known what it means."""

import pytest

from mmmtl_bench.suite.suite_reading import read_suite, read_suite_values


def test_a_missing_suite(tmp_path):
    with pytest.raises(FileNotFoundError, match='There is no suite'):
        read_suite(tmp_path / 'suite.yaml')


def test_the_values_are_those_of_the_file(tmp_path):
    path = tmp_path / 'suite.yaml'
    path.write_text('base: &base {a: 1}\nother: {<<: *base, b: [2, 3]}\n')
    assert read_suite_values(path) == {'base': {'a': 1}, 'other': {'a': 1, 'b': [2, 3]}}


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('title: [', r'suite\.yaml: not a valid YAML file'),
        ('title: a\ntitle: b\n', r"the key 'title' is there twice in .*line 2, column 1"),
        ('a: {b: {c: 1, c: 2}}', "the key 'c' is there twice"),
        ('- title', r"suite\.yaml: expected values by key, found \['title'\]"),
        ('', r'suite\.yaml: expected values by key, found None'),
    ],
)
def test_what_is_no_suite_is_refused(tmp_path, text, message):
    path = tmp_path / 'suite.yaml'
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        read_suite_values(path)
