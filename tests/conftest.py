from __future__ import annotations

import gc
from pathlib import Path

import pytest

import mmmtl  # noqa: F401  (registers the components)
from tests.utils.paths import REPOSITORY, SHARED_DATA
from tests.utils.random_data import write_cityscapes

# Each data set collects garbage when it is built. What has been imported by now never is any.
gc.collect()
gc.freeze()


@pytest.fixture(scope='session')
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope='session')
def camvid_mini() -> Path:
    """Real photographs with semantic labels, where the machine has them."""
    folder = SHARED_DATA / 'camvid_mini'
    if not folder.is_dir():
        pytest.skip(f'no real photographs: {folder} is not there')
    return folder


@pytest.fixture
def cityscapes_root(tmp_path: Path) -> Path:
    """A tiny set in the official layout that a test may damage."""
    return write_cityscapes(tmp_path / 'cityscapes', dict(train=4, val=3))
