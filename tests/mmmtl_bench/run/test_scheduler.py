"""Runs as processes: side by side, failing, interrupted, left behind."""

import json
import os
import signal
import subprocess
import sys

import pytest

from mmmtl_bench.run.benchmark_run import RunState
from mmmtl_bench.run.run_lock import RunLock
from mmmtl_bench.run.slots import Slot
from tests.utils.fake_runs import fake_run, is_alive, python, wait_for, work, write_scalars


def test_each_run_is_finished_and_logged(tmp_path):
    runs = [
        fake_run(tmp_path, python('print("seed", spec["seed"]); finish()'), seed=seed)
        for seed in range(3)
    ]
    view = work(runs)
    assert [run.state for run in runs] == [RunState.FINISHED] * 3
    assert max(states.count(RunState.RUNNING) for states in view.states) == 1
    for run in runs:
        command, said = run.last_lines(2)
        assert said == f'seed {run.spec.seed}'
        assert (run.folder / 'run.log').read_text().startswith(f'$ {sys.executable} -S -c ')
        assert command.endswith(str(run.folder))
        assert json.loads((run.folder / 'spec.json').read_text()) == run.spec.to_json()
        assert (run.folder / 'config' / 'experiment.py').is_file()


def test_a_finished_run_is_not_repeated(tmp_path):
    first = fake_run(tmp_path, python('finish()'))
    work([first])
    again = fake_run(tmp_path, python('raise SystemExit("repeated")'))
    assert again.state is RunState.FINISHED
    work([again])
    assert again.state is RunState.FINISHED
    assert 'repeated' not in (first.folder / 'run.log').read_text()


def test_one_failure_does_not_stop_the_rest(tmp_path):
    script = 'print("at the end"); sys.exit(7) if spec["seed"] == 1 else finish()'
    runs = [fake_run(tmp_path, python(script), seed=seed) for seed in range(3)]
    work(runs)
    states = [run.state for run in runs]
    assert states == [RunState.FINISHED, RunState.FAILED, RunState.FINISHED]
    assert runs[1].exit_code == 7
    assert runs[1].last_lines(1) == ['at the end']


def test_runs_go_on_at_the_same_time_each_in_its_place(tmp_path):
    script = """
seed = spec['seed']
(folder.parent / f'{seed}.started').write_text(os.environ['PLACE'])
end = time.monotonic() + 20
while not (folder.parent / f'{1 - seed}.started').exists():
    assert time.monotonic() < end
finish()
"""
    runs = [fake_run(tmp_path, python(script), seed=seed) for seed in range(2)]
    work(runs, [Slot('one', {'PLACE': 'one'}), Slot('two', {'PLACE': 'two'})])
    assert [run.state for run in runs] == [RunState.FINISHED] * 2
    places = [(run.folder.parent / f'{i}.started').read_text() for i, run in enumerate(runs)]
    assert places == ['one', 'two']


SLEEPER = """
import subprocess
child = subprocess.Popen(['sleep', '60'])
(folder / 'pids').write_text(f'{os.getpid()} {child.pid}')
time.sleep(60)
"""


def pids_of(run):
    wait_for(lambda: (run.folder / 'pids').exists() and (run.folder / 'pids').read_text())
    return [int(pid) for pid in (run.folder / 'pids').read_text().split()]


@pytest.mark.parametrize('stubborn', [False, True], ids=['obedient', 'stubborn'])
def test_an_interruption_ends_all_processes(tmp_path, stubborn, monkeypatch):
    monkeypatch.setattr('mmmtl_bench.run.scheduler._SECONDS_TO_END', 0.3)
    ignore = 'import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n' if stubborn else ''
    runs = [fake_run(tmp_path, python(ignore + SLEEPER), seed=seed) for seed in range(2)]
    found = []

    def interrupt(shown):
        found.extend(pid for run in shown for pid in pids_of(run))
        raise KeyboardInterrupt

    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(KeyboardInterrupt):
        work(runs, [Slot('CPU 0')] * 2, interrupt)
    assert len(found) == 4
    wait_for(lambda: not any(is_alive(pid) for pid in found))
    assert [run.state for run in runs] == [RunState.WAITING] * 2
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
    lock = RunLock.take(runs[0].folder)
    assert lock is not None
    lock.release()


def test_a_process_that_was_left_behind_keeps_its_run(tmp_path):
    """A benchmark was killed, its child goes on: nobody else may train in that folder."""
    script = 'print("by the second"); finish()'
    run = fake_run(tmp_path, python(script))
    run.folder.mkdir(parents=True)
    lock = RunLock.take(run.folder)
    child = subprocess.Popen(['sleep', '60'], pass_fds=(lock.descriptor,))
    lock.release()  # what the death of the benchmark does
    other = fake_run(tmp_path, python('finish()'), seed=1)
    write_scalars(run.folder, '{"epoch": 2, "iter": 5, "loss": 1}')

    def kill_at_last(runs):
        if other.state is RunState.FINISHED and child.poll() is None:
            assert run.state is RunState.HELD
            assert run.progress.position == 2
            os.kill(child.pid, signal.SIGKILL)
            child.wait()

    view = work([run, other], action=kill_at_last)
    assert view.states[0] == [RunState.HELD, RunState.RUNNING]
    assert [run.state, other.state] == [RunState.FINISHED] * 2
    assert run.last_lines(1) == ['by the second']


def test_what_another_process_finishes_is_finished(tmp_path):
    run = fake_run(tmp_path, python('raise SystemExit("repeated")'))
    run.folder.mkdir(parents=True)
    lock = RunLock.take(run.folder)

    def finish(runs):
        if run.state is RunState.HELD and lock.descriptor is not None:
            record = {'spec': run.spec.to_json()}
            (run.folder / 'record.json').write_text(json.dumps(record))

    work([run], action=finish)
    lock.release()
    assert run.state is RunState.FINISHED
    assert not (run.folder / 'run.log').exists()
