"""Most architectures can be exported in both formats for images of any size."""

import pytest

from tests.utils.architectures import ARCHITECTURES, BASE_FILES, FIXED_SIZE, PARTS, SAME_OPERATIONS
from tests.utils.exporting import WRITTEN_PROGRAMS, export_and_check


def test_every_base_file_is_tested_or_like_one_that_is():
    assert {path.stem for path in BASE_FILES.glob('*.py')} == {
        *ARCHITECTURES,
        *SAME_OPERATIONS,
        *PARTS,
    }
    assert set(SAME_OPERATIONS.values()) <= set(ARCHITECTURES)
    assert {*FIXED_SIZE, *WRITTEN_PROGRAMS} <= set(ARCHITECTURES)


@pytest.mark.parametrize('name', [name for name in ARCHITECTURES if name not in FIXED_SIZE])
def test_it_is_exported(name):
    export_and_check(name)


def test_statistics_of_each_task_are_exported():
    export_and_check('mtan_segnet', separate_statistics=True)
