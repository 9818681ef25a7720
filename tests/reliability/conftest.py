import pytest

from tests.utils.toy.weighting_runs import warm_processes


@pytest.fixture(scope='session')
def processes():
    return warm_processes()
