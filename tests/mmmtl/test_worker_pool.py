import os
from concurrent.futures.process import BrokenProcessPool

import pytest

from mmmtl.worker_pool import worker_pool
from mmmtl_scenes.writers.scene_sets import work_through


def test_results_come_in_the_order_of_the_items():
    with worker_pool(2) as pool:
        assert list(pool.map(abs, range(-20, 0), chunksize=4)) == list(range(20, 0, -1))


def test_a_killed_process_is_an_error():
    done = work_through(os._exit, [9] * 48, workers=2, title='', progress=False)
    with pytest.raises(BrokenProcessPool, match='terminated abruptly'):
        list(done)
