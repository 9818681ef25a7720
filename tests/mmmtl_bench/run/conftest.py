import pytest

from mmmtl_bench.run import benchmark_run
from mmmtl_bench.run.slots import Slot
from tests.utils.fake_runs import fake_run, python


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

    monkeypatch.setattr(benchmark_run.time, 'monotonic', lambda: Clock.now)
    return Clock


@pytest.fixture
def runs(tmp_path, clock):
    """One run that goes on, and three that wait."""
    found = [
        fake_run(tmp_path, python('time.sleep(60)'), name, seed)
        for name, seed in (('MTAN', 0), ('MTAN', 1), ('Dense', 0), ('Dense', 1))
    ]
    assert found[0].start(Slot('CPU 0'))
    yield found
    for run in found:
        run.ask_to_end()
        run.end(5)
