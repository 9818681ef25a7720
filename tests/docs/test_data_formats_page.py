"""The example of docs/data_formats.md runs as it stands; every cell of its table has a test of its
own in tests/mmmtl/datasets/test_pictures.py."""

import pytest

from mmmtl.datasets.pixel_limit import DEFAULT_PIXEL_LIMIT
from tests.utils.doc_pages import run_python
from tests.utils.paths import DOCS

PAGE = 'data_formats.md'


@pytest.mark.e2e
def test_millimetres(tmp_path):
    printed, _ = run_python(PAGE, tmp_path)[-2:]
    assert printed[-1] == '[[[0.0, 1.5], [0.0, 0.0]]]'


def test_the_limit_is_the_one_that_is_stated():
    assert f'{DEFAULT_PIXEL_LIMIT:,} pixels' in (DOCS / PAGE).read_text()
