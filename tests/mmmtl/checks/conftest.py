import pytest

from tests.utils.random_data import write_cityscapes


@pytest.fixture(scope='session')
def root(tmp_path_factory):
    return write_cityscapes(tmp_path_factory.mktemp('checked'), dict(train=3, val=2))
