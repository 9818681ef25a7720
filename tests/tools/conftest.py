from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture(scope='module')
def two_at_once():
    """Starts up to two processes at once."""
    with ThreadPoolExecutor(2) as pool:
        yield pool
