"""How far runs have come, how long they still take, and what is said of it."""

import io

import pytest
from rich.console import Console

from mmmtl_bench.run import benchmark_run
from mmmtl_bench.run.benchmark_run import RunState
from mmmtl_bench.run.live_table import LiveTable, choose_rows
from mmmtl_bench.run.plain_lines import PlainLines
from mmmtl_bench.run.run_progress import RunProgress, training_length
from mmmtl_bench.run.run_texts import metrics_text, state_text, summary_text
from mmmtl_bench.run.slots import Slot
from mmmtl_bench.run.time_left import estimate_time_left
from tests.utils.fake_runs import fake_run, python, write_scalars

TRAIN = '{"epoch": 2, "iter": 12, "step": 12, "loss": 0.5}'
VAL = '{"seg/mIoU": 41.5, "seg/val_loss": 1.2, "time": 0.1, "data_time": 0.1, "step": 2}'


# Progress of one run


def test_progress_follows_the_log(tmp_path):
    progress = RunProgress(tmp_path, 4)
    progress.update()
    assert (progress.position, progress.done, progress.metrics) == (0, 0, {})
    path = write_scalars(tmp_path, TRAIN)
    progress.update()
    assert (progress.position, progress.done) == (2, 1)
    with path.open('a') as stream:
        stream.write(VAL[:20])
        stream.flush()
        progress.update()
        assert progress.done == 1  # the line is not whole
        stream.write(VAL[20:] + '\n')
    progress.update()
    assert (progress.position, progress.done) == (2, 2)
    assert progress.metrics == {'seg/mIoU': 41.5}


def test_progress_follows_a_run_that_was_resumed(tmp_path):
    write_scalars(tmp_path, TRAIN, VAL, '{"epoch": 3, "iter": 13}')
    progress = RunProgress(tmp_path, 4)
    progress.update()
    assert progress.position == 3
    write_scalars(tmp_path, TRAIN, start='20260102_000000')
    progress.update()
    assert (progress.position, progress.done) == (2, 1)


def test_progress_in_iterations(tmp_path):
    write_scalars(tmp_path, '{"iter": 30, "step": 30}', '{"a": 1.5, "step": 30}')
    progress = RunProgress(tmp_path, 100, by_epoch=False)
    progress.update()
    assert (progress.done, progress.metrics) == (30, {'a': 1.5})


def test_the_length_of_a_training():
    assert training_length(dict(train_cfg=dict(max_epochs=3, val_interval=1))) == (3, True)
    assert training_length(dict(train_cfg=dict(max_iters=70))) == (70, False)
    with pytest.raises(ValueError, match='expected max_epochs or max_iters, found {}'):
        training_length({})


# Several runs, with a clock that is moved by hand


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


def epoch_is_over(run, number):
    write_scalars(run.folder, f'{{"seg/mIoU": 40, "step": {number}}}')
    assert not run.poll()


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


def test_a_resumed_run_counts_what_it_did_this_time(tmp_path, clock):
    run = fake_run(tmp_path, python('time.sleep(60)'))
    write_scalars(run.folder, '{"epoch": 3, "iter": 9}')
    run.refresh()
    assert state_text(run) == 'waiting, 2/4 done'
    run.start(Slot('CPU 0'))
    assert run.seconds_per_epoch is None
    clock.now += 8
    epoch_is_over(run, 3)
    assert run.seconds_per_epoch == 8
    run.end(0)


# Texts


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


def screen(runs, height):
    console = Console(
        file=io.StringIO(), width=120, height=height, force_terminal=True, _environ={}
    )
    with LiveTable(console) as view:
        view.show(runs, 2)
    return console.file.getvalue().rpartition('last metrics')[2]  # the last time it was drawn


def test_the_live_table_shows_all_runs(runs, clock):
    clock.now += 65
    epoch_is_over(runs[0], 1)
    text = screen(runs, 40)
    assert 'running, epoch 1/4' in text
    assert '0:01:05' in text
    assert 'seg/mIoU 40' in text
    assert text.count('waiting') == 3
    assert '0 of 4 runs finished, 1 running; about' in text
    assert 'not shown' not in text


def test_a_low_terminal_shows_what_matters(runs):
    states = [RunState.FINISHED, RunState.WAITING, RunState.FAILED, RunState.RUNNING]
    runs[0].end(0)
    for run, state in zip(runs, states, strict=True):
        run.state = state
    assert choose_rows(runs, 4) == runs
    assert choose_rows(runs, 3) == runs[1:]
    assert choose_rows(runs, 2) == runs[2:]
    assert choose_rows(runs, 1) == runs[3:]
    assert 'not shown: 1 waiting, 1 finished' in screen(runs, 9)
    assert '1 of 4 runs finished, 1 running, 1 failed' in summary_text(runs, 1)
    for run in runs:
        run.state = RunState.WAITING
