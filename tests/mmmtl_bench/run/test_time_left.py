"""How long a benchmark still takes, by a clock that is moved by hand."""

from mmmtl_bench.run.benchmark_run import RunState
from mmmtl_bench.run.slots import Slot
from mmmtl_bench.run.time_left import estimate_time_left
from tests.utils.fake_runs import epoch_is_over


def test_time_left(runs, clock):
    first, second, *_ = runs
    assert estimate_time_left(runs, 2) is None
    clock.now += 10
    epoch_is_over(first, 1)
    assert first.seconds_per_epoch == 10
    assert estimate_time_left(runs, 1) == 150  # 3 epochs, and 3 runs of 4
    assert estimate_time_left(runs, 2) == 75
    assert estimate_time_left(runs, 100) == 40  # a run is not divided
    clock.now += 4
    assert estimate_time_left(runs, 1) == 146
    second.state = RunState.FAILED
    assert estimate_time_left(runs, 1) == 106
    for run in runs:
        run.state = RunState.FINISHED
    assert estimate_time_left(runs, 1) == 0


def test_runs_of_the_same_architecture_say_more(runs, clock):
    first, second, third, fourth = runs
    assert third.start(Slot('CPU 1'))
    clock.now += 10
    epoch_is_over(first, 1)
    clock.now += 20
    epoch_is_over(third, 1)
    assert (first.seconds_per_epoch, third.seconds_per_epoch) == (10, 30)
    # 3 epochs of 10 of which 20 s are over; 3 of 30; 4 of 10; 4 of 30
    assert estimate_time_left(runs, 1) == 10 + 90 + 40 + 120
