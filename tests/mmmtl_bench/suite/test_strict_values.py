import json
import re
from dataclasses import dataclass

import pytest

from mmmtl_bench.suite.strict_values import read_as, read_json, shown


@dataclass(frozen=True)
class Point:
    name: str
    at: tuple[int, int]
    weight: float | None = None

    def __post_init__(self):
        if self.name == 'nowhere':
            raise ValueError('expected a place, found none')


def test_values_are_taken_as_they_are():
    assert read_as(Point, {'name': 'a', 'at': [1, 2]}) == Point('a', (1, 2))
    assert read_as(Point, {'name': 'a', 'at': [1, 2], 'weight': 3}).weight == 3


@pytest.mark.parametrize(
    ('values', 'problem'),
    [
        ({'name': 1, 'at': [1, 2]}, 'name: expected a text, found 1'),
        ({'name': 'a', 'at': ['1', 2]}, "at.0: expected an integer, found '1'"),
        ({'name': 'a', 'at': {}}, 'at: expected a list, found {}'),
        ({'name': 'a', 'at': [1, 2], 'weight': True}, 'weight: expected a number, found True'),
        ({'name': 'nowhere', 'at': [1, 2]}, 'expected a place, found none'),
        ({'at': [1, 2]}, 'name: Field required'),
    ],
)
def test_what_is_of_another_type_is_named(values, problem):
    with pytest.raises(ValueError, match=rf'^{re.escape(problem)}$'):
        read_as(Point, values)


@pytest.mark.parametrize(
    ('content', 'problem'),
    [
        (b'{', 'Expecting property name'),
        (b'[1]', r'expected values by key, found \[1\]'),
        (b'\xff', "can't decode byte"),
        (b'{"a":' * 100_000, 'nested too deeply'),
        (b'{"a": ' + b'1' * 5000 + b'}', 'Exceeds the limit'),
    ],
)
def test_what_is_no_json(tmp_path, content, problem):
    path = tmp_path / 'a.json'
    path.write_bytes(content)
    with pytest.raises(ValueError, match=problem):
        read_json(path)
    path.write_text(json.dumps({'a': [1]}))
    assert read_json(path) == {'a': [1]}


def test_long_values_are_cut():
    assert shown([1]) == '[1]'
    assert shown('x' * 200) == f"'{'x' * 79}..."
