"""Some architectures can be exported for images of one size only (a file of its own: they are slow,
and tests run in parallel by files)."""

import pytest

from tests.utils.architectures import FIXED_SIZE
from tests.utils.exporting import export_and_check


@pytest.mark.parametrize('name', FIXED_SIZE)
def test_it_is_exported(name):
    export_and_check(name)
