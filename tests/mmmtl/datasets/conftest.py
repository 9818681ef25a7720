from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmmtl.datasets.caching import cache_place
from tests.utils.own_labels import write_own_labels
from tests.utils.random_data import write_streets


@pytest.fixture
def own_root(tmp_path) -> Path:
    """Two images with labels of tasks that the package does not know."""
    write_own_labels(tmp_path)
    return tmp_path


@pytest.fixture
def memory(tmp_path, monkeypatch) -> Iterator[Path]:
    """A folder that stands for the one in memory; nothing may be left in it."""
    folder = tmp_path / 'memory'
    folder.mkdir()
    monkeypatch.setattr(cache_place, 'MEMORY', folder)
    yield folder
    gc.collect()
    assert os.listdir(folder) == []


@pytest.fixture
def root(tmp_path) -> Path:
    """Four images with labels of three tasks."""
    return write_streets(tmp_path / 'streets', dict(train=4))
