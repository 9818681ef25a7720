"""Most architectures can be exported in both formats for images of any size."""

import pytest

from tests.utils.architectures import (
    ARCHITECTURES,
    BASE_FILES,
    FIXED_SIZE,
    PARTS,
    SAME_OPERATIONS,
    SAME_OPERATORS,
)
from tests.utils.exporting import WRITTEN_PROGRAMS, export_and_check


def test_every_base_file_is_tested_or_like_one_that_is():
    assert {path.stem for path in BASE_FILES.glob('*.py')} == {
        *ARCHITECTURES,
        *SAME_OPERATIONS,
        *PARTS,
    }
    assert set(SAME_OPERATIONS.values()) <= set(ARCHITECTURES)
    assert {*FIXED_SIZE, *WRITTEN_PROGRAMS} <= set(ARCHITECTURES)


ANY_SIZE = [name for name in ARCHITECTURES if name not in FIXED_SIZE]


@pytest.fixture(scope='module')
def operators():
    """The operators of each graph, kept by the tests that make it."""
    return {}


@pytest.mark.parametrize('name', ANY_SIZE)
def test_it_is_exported(name, operators):
    operators[name] = export_and_check(name)


def test_statistics_of_each_task_are_exported():
    export_and_check('mtan_segnet', separate_statistics=True)


def test_whose_onnx_file_is_not_written_has_the_operators_of_others(operators):
    found = {name: operators.get(name) or export_and_check(name) for name in ANY_SIZE}
    written = set().union(*(found[name] for name in ANY_SIZE if name not in SAME_OPERATORS))
    own = {name: found[name] - written for name in SAME_OPERATORS}
    assert {name: operators for name, operators in own.items() if operators} == {}
