from mmmtl_bench.run.benchmark_run import RunState
from mmmtl_bench.run.plain_lines import PlainLines
from tests.utils.fake_runs import epoch_is_over


def test_plain_lines(runs, clock):
    lines = []
    view = PlainLines(lines.append)
    view.show(runs, 2)
    assert lines == [
        'toys/mtan/equal/seed0: running',
        '0 of 4 runs finished, 1 running',
    ]
    view.show(runs, 2)
    assert len(lines) == 2
    clock.now += 70
    epoch_is_over(runs[0], 1)
    view.show(runs, 2)  # a minute is over
    assert lines[2:] == ['0 of 4 runs finished, 1 running; about 0:08:45 left']
    runs[0].end(0)
    runs[0].state, runs[1].state = RunState.FINISHED, RunState.FAILED
    view.show(runs, 2)
    assert lines[3:5] == [
        'toys/mtan/equal/seed0: finished after 0:01:10  seg/mIoU 40',
        'toys/mtan/equal/seed1: failed',
    ]
    assert lines[5].startswith('1 of 4 runs finished, 1 failed')
