"""Values of a suite file: what is said of wrong ones."""

import re

import pytest
from pydantic import Field, ValidationInfo, field_validator

from mmmtl_bench.suite.suite_values import (
    Name,
    Options,
    SuiteValues,
    call_reader,
    error_at,
    inherited,
    unknown_keys,
)


class Wheel(SuiteValues):
    size: int


class Car(SuiteValues):
    colour: str = 'red'
    is_new: bool = False
    names: list[str] = []
    options: Options = {}
    wheels: list[Wheel] = Field([], alias='all_wheels')
    parts: dict[Name, Wheel] = {}
    title: str


def test_right_values_are_taken():
    car = Car.from_file({'title': 'A', 'all_wheels': [{'size': 3}], 'is_new': True}, 'car.yaml')
    assert (car.title, car.colour, car.is_new, car.wheels[0].size) == ('A', 'red', True, 3)


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        ({}, 'car.yaml: title is missing.'),
        ([], 'car.yaml: expected values by key, found [].'),
        ({'title': 3}, 'car.yaml.title: expected a text, found 3.'),
        ({'title': 'A', 'is_new': 1}, 'car.yaml.is_new: expected true or false, found 1.'),
        ({'title': 'A', 'names': 'b'}, "car.yaml.names: expected a list, found 'b'."),
        ({'title': 'A', 'names': ['b', 2]}, 'car.yaml.names[1]: expected a text, found 2.'),
        ({'title': 'A', 'options': [1]}, 'car.yaml.options: expected values by key, found [1].'),
        ({'title': 'A', 'options': {1: 2}}, 'car.yaml.options: expected a text as key, found 1.'),
        (
            {'title': 'A', 'all_wheels': [{'size': 1}, {'size': True}]},
            'car.yaml.all_wheels[1].size: expected an integer, found True.',
        ),
        ({'title': 'A', 'all_wheels': [{}]}, 'car.yaml.all_wheels[0]: size is missing.'),
        (
            {'title': 'A', 'parts': {'?': {'size': 1}}},
            "car.yaml.parts.?: The name '?' must have a letter or a digit, to name a folder.",
        ),
        (
            {'title': 'A', 'color': 'blue'},
            'car.yaml: unknown key color; known are title, colour, is_new, names, options, '
            'all_wheels, parts; did you mean colour?',
        ),
        (
            {'title': 'A', 'all_wheels': [{'size': 1, 'x': 2, 3: 4}]},
            'car.yaml.all_wheels[0]: unknown key x, 3; known are size.',
        ),
    ],
)
def test_mistakes_are_one_line_that_names_the_place(values, message):
    with pytest.raises(ValueError, match=f'^{re.escape(message)}$'):
        Car.from_file(values, 'car.yaml')


def test_values_cannot_be_changed():
    wheel = Wheel.from_file({'size': 1}, '')
    with pytest.raises(ValueError, match='frozen'):
        wheel.size = 2


def test_what_was_meant_is_the_nearest_known_key():
    known = ('train', 'val', 'test')
    assert unknown_keys({'train': 1, 'val': 2}, known) == ''
    assert unknown_keys({'trian': 1, 'tset': 2, 'x': 3}, known) == (
        'trian, tset, x; known are train, val, test; did you mean train, test?'
    )
    assert unknown_keys({'x': 3}, known) == 'x; known are train, val, test'


def test_a_file_that_is_not_there_is_no_other_mistake():
    def read(name):
        raise FileNotFoundError(f'there is no {name}')

    class Reader(SuiteValues):
        name: str

        def model_post_init(self, context):
            call_reader(read, self.name)

    with pytest.raises(FileNotFoundError, match=r'^a\.yaml: there is no x\.$'):
        Reader.from_file({'name': 'x'}, 'a.yaml')
    assert call_reader(len, 'abc') == 3


def test_an_error_may_name_one_of_several_values():
    class Strict(SuiteValues):
        a: int

        def model_post_init(self, context):
            raise error_at('a', 'expected less')

    with pytest.raises(ValueError, match=r'^a\.yaml\.a: expected less\.$'):
        Strict.from_file({'a': 1}, 'a.yaml')


def test_values_inherit_what_was_set_around_them_in_the_same_file():
    class Inner(SuiteValues):
        found: str = ''

        @field_validator('found')
        @classmethod
        def _find(cls, found: str, info: ValidationInfo) -> str:
            return found + inherited(info).get('ending', ' alone')

    class Outer(SuiteValues):
        ending: str
        inner: Inner

        @field_validator('ending')
        @classmethod
        def _tell(cls, ending: str, info: ValidationInfo) -> str:
            inherited(info)['ending'] = ending
            return ending

    outer = Outer.from_file({'ending': '!', 'inner': {'found': 'a'}}, '')
    assert outer.inner.found == 'a!'
    assert Inner.from_file({'found': 'a'}, '').found == 'a alone'
