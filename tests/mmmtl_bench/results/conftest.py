import shutil

import pytest

from tests.utils.run_folders import write_benchmark


@pytest.fixture(scope='session')
def one_seed(tmp_path_factory):
    folder = tmp_path_factory.mktemp('one')
    write_benchmark(folder)
    return folder


@pytest.fixture(scope='session')
def two_seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp('two')
    write_benchmark(folder, seeds=(0, 1))
    return folder


@pytest.fixture
def damaged(two_seeds, tmp_path):
    """A copy that a test may change."""
    return shutil.copytree(two_seeds, tmp_path / 'copy')
