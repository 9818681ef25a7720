"""The processes of one run."""

import sys
import time

from mmmtl_bench.run.benchmark_run import RunState
from mmmtl_bench.run.run_lock import RunLock
from mmmtl_bench.run.run_process import RunProcess
from tests.utils.fake_runs import fake_run, is_alive, python, wait_for, work


def test_a_command_starts_after_the_one_before_and_not_after_a_failure(tmp_path):
    def two(folder):
        return [*python('print("first"); sys.exit(spec["seed"])')(folder), *finish(folder)]

    finish = python('print("second"); finish()')
    good, bad = (fake_run(tmp_path, two, seed=seed) for seed in (0, 3))
    work([good, bad])
    assert good.state is RunState.FINISHED
    assert (bad.state, bad.exit_code) == (RunState.FAILED, 3)
    log = (good.folder / 'run.log').read_text()
    assert log.index('\nfirst\n') < log.index('\nsecond\n')
    assert '\nsecond\n' not in (bad.folder / 'run.log').read_text()


def start(folder, *scripts, **variables):
    commands = [[sys.executable, '-S', '-c', script] for script in scripts]
    return RunProcess(commands, folder / 'log', RunLock.take(folder), variables)


def test_output_is_appended_below_the_command(tmp_path):
    (tmp_path / 'log').write_text('before\n')
    script = 'import os, sys; print(os.environ["PLACE"], sys.stdin.read() == "")'
    process = start(tmp_path, script, PLACE='here')
    wait_for(lambda: process.poll() is not None)
    before, command, said = (tmp_path / 'log').read_text().splitlines()
    assert (before, said) == ('before', 'here True')
    assert command.startswith(f'$ {sys.executable} -S -c ')
    assert RunLock.take(tmp_path) is not None  # it was given back


def test_the_lock_is_held_until_the_end(tmp_path):
    process = start(tmp_path, 'import time; time.sleep(60)')
    assert process.poll() is None
    assert RunLock.take(tmp_path) is None
    process.ask_to_end()
    wait_for(lambda: process.poll() == -15)
    assert RunLock.take(tmp_path) is not None
    process.end(0)  # again, which does nothing


def test_a_process_that_does_not_listen_is_killed(tmp_path):
    script = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), flush=True)
time.sleep(60)
"""
    process = start(tmp_path, script)
    wait_for(lambda: (tmp_path / 'log').read_text().splitlines()[-1].isdecimal())
    pid = int((tmp_path / 'log').read_text().splitlines()[-1])
    process.ask_to_end()
    begin = time.monotonic()
    process.end(0.2)
    assert time.monotonic() - begin >= 0.2
    assert not is_alive(pid)
