from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.utils.slurm_cluster import slurm_cluster


@pytest.fixture(scope='module')
def two_at_once():
    """Starts up to two processes at once."""
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture(scope='session')
def slurm():
    """A Slurm of one node, where the machine can have one."""
    with slurm_cluster() as cluster:
        yield cluster
