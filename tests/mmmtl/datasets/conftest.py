from __future__ import annotations

from pathlib import Path

import pytest

from tests.utils.own_labels import write_own_labels


@pytest.fixture
def own_root(tmp_path) -> Path:
    """Two images with labels of tasks that the package does not know."""
    write_own_labels(tmp_path)
    return tmp_path
