"""Values of definitions that are of another type than their field."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from mmmtl.tasks import BinaryTask, ScalarTask, VectorTask, build_tasks
from mmmtl.tasks.field_types import check_field_types


@pytest.mark.parametrize(
    ('definition', 'message'),
    [
        (dict(type='ScalarTask', unit=3), 'unit: expected a text or None, found 3.'),
        (dict(type='ScalarTask', invalid='-1'), "invalid: expected a number or None, found '-1'."),
        (dict(type='ScalarTask', min_value=True), 'min_value: expected a number or None, found Tr'),
        (
            dict(type='ScalarTask', max_value=[1]),
            'max_value: expected a number or None, found [',
        ),
        (dict(type='VectorTask', channels='3'), "channels: expected a whole number, found '3'."),
        (dict(type='VectorTask', channels=2.0), 'channels: expected a whole number, found 2.0.'),
        (dict(type='VectorTask', channels=2, along_image=1), 'along_image: expected True or False'),
        (dict(type='VectorTask', channels=2, unit=None), 'unit: expected a text, found None.'),
        (dict(type='ClassTask', classes=3), 'classes: expected a list of names, found 3.'),
        (dict(type='ClassTask', palette=3), 'palette: expected a colour (red, green, blue) for ea'),
        (dict(type='ClassTask', palette=['red']), 'palette: expected a colour (red, green, blue)'),
    ],
)
def test_another_type_is_named(definition, message):
    with pytest.raises(ValueError, match='tasks.given') as caught:
        build_tasks(dict(given=definition))
    assert str(caught.value).startswith(f'tasks.given.{message}')


@pytest.mark.parametrize('number', [3, 2.5, np.float32(2.5), np.int16(3), Fraction(5, 2), math.inf])
def test_every_number_is_one(number):
    assert ScalarTask(name='height', min_value=-1, max_value=number).max_value == number


def test_whole_numbers_of_numpy():
    assert VectorTask(name='albedo', channels=3).channels == 3
    check_field_types(BinaryTask(name='edge'))


def test_types_that_are_no_text():
    @dataclass
    class Stated:
        name: str
        size: float | None

    check_field_types(Stated('x', 2.5))
    with pytest.raises(ValueError, match=r"^tasks\.x\.size: expected a number or None, found 'no'"):
        check_field_types(Stated('x', 'no'))


def test_other_types_are_the_matter_of_their_kind():
    @dataclass
    class Stated:
        name: str
        parts: 'tuple[str, ...] | None' = 3

    check_field_types(Stated('x'))
