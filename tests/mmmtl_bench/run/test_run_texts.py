import pytest

from mmmtl_bench.run.benchmark_run import RunState
from mmmtl_bench.run.run_texts import duration_text, metrics_text, state_text, summary_text
from tests.utils.fake_runs import epoch_is_over, write_scalars


def test_one_metric_of_each_task_is_shown():
    metrics = {
        'seg/aAcc': 90.0,
        'seg/mIoU': 41.23456,
        'depth/abs_err': 0.0153,
        'depth/rmse': 1.0,
        'edge/odd': 2.0,
        'delta_m': 3.0,
    }
    assert metrics_text(metrics) == 'seg/mIoU 41.23  depth/abs_err 0.0153  edge/odd 2  delta_m 3'
    assert metrics_text({}) == ''


def test_what_a_run_is_at(runs, clock):
    going, waiting, held, failed = runs
    assert state_text(going) == 'running'
    clock.now += 1
    epoch_is_over(going, 2)
    assert state_text(going) == 'running, epoch 2/4'
    assert state_text(waiting) == 'waiting'
    write_scalars(waiting.folder, '{"epoch": 3, "iter": 9}')
    waiting.refresh()
    assert state_text(waiting) == 'waiting, 2/4 done'
    held.state, failed.state = RunState.HELD, RunState.FAILED
    assert (state_text(held), state_text(failed)) == ('held elsewhere', 'failed')
    going.progress.by_epoch = False
    assert state_text(going) == 'running, iteration 2/4'


def test_the_summary_counts_and_estimates(runs, clock):
    assert summary_text(runs, 2) == '0 of 4 runs finished, 1 running'
    clock.now += 10
    epoch_is_over(runs[0], 1)
    runs[1].state, runs[2].state = RunState.FINISHED, RunState.FAILED
    # 3 epochs of 10 s, and a run of 4
    assert summary_text(runs, 1) == (
        '1 of 4 runs finished, 1 running, 1 failed; about 0:01:10 left'
    )
    for run in runs[1:]:
        run.state = RunState.FINISHED
    assert summary_text(runs, 1).endswith('; about 0:00:30 left')


@pytest.mark.parametrize(
    ('seconds', 'text'), [(0.4, '0:00:00'), (3723, '1:02:03'), (90000, '1 day, 1:00:00')]
)
def test_durations(seconds, text):
    assert duration_text(seconds) == text
