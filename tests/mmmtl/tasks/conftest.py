from __future__ import annotations

from pathlib import Path

import pytest

from tests.utils.five_tasks import write_five_tasks


@pytest.fixture(scope='module')
def five_tasks(tmp_path_factory) -> Path:
    """A config, four images to train on, one without albedo, and two to evaluate."""
    root = tmp_path_factory.mktemp('five_tasks')
    write_five_tasks(root)
    return root
