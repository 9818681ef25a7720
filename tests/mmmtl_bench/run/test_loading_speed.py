import time

import numpy as np
import pytest
from mmseg.registry import TRANSFORMS

from mmmtl.compat.scope import registry_scope
from mmmtl_bench.run import loading_speed as module
from mmmtl_bench.run.loading_speed import fill_cache, loading_speed, share_of_a_copy
from tests.utils.cached_streets import LOAD, config
from tests.utils.random_data import write_streets

WAIT = 0.01


@TRANSFORMS.register_module()
class WaitAndCompute:
    """Waits for nothing, and keeps a processor busy, each for a while."""

    def __call__(self, results):
        time.sleep(WAIT)
        end = time.process_time() + 2 * WAIT
        while time.process_time() < end:
            pass
        return dict(inputs=results['img'])


@pytest.fixture
def root(tmp_path):
    return write_streets(tmp_path / 'streets', dict(train=4))


@pytest.mark.parametrize('workers', [0, 1])
def test_workers_count_by_the_clock_and_by_their_processors(root, workers):
    dataset = config(root, [LOAD[0], dict(type='WaitAndCompute')])
    with registry_scope():
        speed = loading_speed(dict(dataset=dataset, batch_size=2), workers, 0.3)
    assert 0 < speed.images < 1 / (3 * WAIT)
    assert speed.cpu > 1.5 * WAIT  # the kernel counts in hundredths of a second


def test_reading_is_compared_with_copies_of_as_many_bytes(root, tmp_path, monkeypatch):
    cached = config(root, cache=str(tmp_path))
    with registry_scope():
        data = fill_cache(cached)
        assert data._samples._file.written() == 4
        assert share_of_a_copy(cached) > 0
        copied = []
        monkeypatch.setattr(
            module, '_time_of', lambda calls: copied.append([one() for one in calls]) or 1
        )
        share_of_a_copy(cached)
    arrays, samples = copied[:2]
    assert [array.nbytes for array in arrays] == [16 * 32 * (3 + 1 + 4 + 12)] * 4
    assert [sample['gt_depth_map'].shape for sample in samples] == [(16, 32)] * 4
    assert not any(
        np.shares_memory(array, other) for array in arrays for other in arrays if array is not other
    )
