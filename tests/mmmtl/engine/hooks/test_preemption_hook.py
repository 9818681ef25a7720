"""Trainings that are asked to end, at each place where they may be."""

import multiprocessing
import os
import signal
import subprocess
from pathlib import Path

import pytest
from mmengine.hooks import Hook

from mmmtl.engine.hooks.preemption_hook import PREEMPTED, PREEMPTED_FILE
from tests.utils.toy.toy_runs import CONFIG, ITER_CONFIG, assert_same_weights, toy_runner

HOOKS = [dict(type='EpochSeedHook'), dict(type='EMAHook'), dict(type='PreemptionHook')]
WORKERS = dict(train_dataloader__num_workers=1)
LAST = {CONFIG: 'epoch_4.pth', ITER_CONFIG: 'iter_12.pth'}


class Asks(Hook):
    """Sends the process a signal, as a scheduler would."""

    def __init__(self, place, iteration=6, number=signal.SIGUSR1):
        self.place, self.iteration, self.number = place, iteration, number

    def _ask(self, runner, place):
        if place == self.place and runner.iter == self.iteration:
            self.place = None
            os.kill(os.getpid(), self.number)

    def before_train(self, runner):
        self._ask(runner, 'start')

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        self._ask(runner, 'step')

    def before_val_iter(self, runner, batch_idx, data_batch=None):
        self._ask(runner, 'validation')


@pytest.fixture(autouse=True)
def handlers():
    """A training that saved keeps its handlers, as its process ends."""
    numbers = (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def train(work_dir, asks=None, **options):
    runner = toy_runner(work_dir, custom_hooks=HOOKS, **options)
    if asks is not None:
        runner.register_hook(asks)
    runner.train()
    return runner


@pytest.fixture(scope='module')
def whole_runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp('whole')
    for config, last in LAST.items():
        train(folder, config=config)
        assert (folder / last).is_file()
    return folder


@pytest.mark.parametrize(
    ('config', 'asks', 'saved'),
    [
        (CONFIG, Asks('step'), 'iter_7.pth'),
        (CONFIG, Asks('validation', 8, signal.SIGTERM), 'iter_8.pth'),
        (ITER_CONFIG, Asks('step', 4, signal.SIGUSR2), 'iter_5.pth'),
        (ITER_CONFIG, Asks('validation'), 'iter_6.pth'),
    ],
    ids=['epochs', 'epochs-validation', 'iterations', 'iterations-validation'],
)
def test_it_saves_ends_and_goes_on_as_if_nothing_had_happened(
    whole_runs, tmp_path, monkeypatch, config, asks, saved
):
    monkeypatch.setenv(PREEMPTED_FILE, str(tmp_path / 'preempted'))
    run = tmp_path / 'run'
    with pytest.raises(SystemExit) as ended:
        train(run, asks, config=config)
    assert ended.value.code == PREEMPTED == 75
    assert (tmp_path / 'preempted').is_file()
    assert Path((run / 'last_checkpoint').read_text()).name == saved
    train(run, resume=True, config=config)
    assert_same_weights(whole_runs / LAST[config], run / LAST[config])


def test_before_the_first_step_there_is_nothing_to_save(tmp_path):
    with pytest.raises(SystemExit):
        train(tmp_path, Asks('start', 0))
    assert not list(tmp_path.glob('*.pth'))


def test_a_signal_of_the_launcher_after_that_of_the_scheduler_changes_no_exit_code(tmp_path):
    assert exit_code(train_until_both_signals, tmp_path) == PREEMPTED


def train_until_both_signals(folder):
    try:
        train(folder, Asks('step', number=signal.SIGTERM))
    finally:
        os.kill(os.getpid(), signal.SIGUSR1)


def exit_code(target, folder):
    """Runs a function in a process with none of the threads that libraries have here."""
    process = multiprocessing.get_context('forkserver').Process(target=target, args=(folder,))
    process.start()
    process.join()
    return process.exitcode


@pytest.mark.parametrize('persistent', [False, True])
def test_workers_leave_a_signal_to_their_parent(tmp_path, persistent):
    class AsksAll(Hook):
        """A signal to every process of the run, as a scheduler would send it."""

        def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
            if runner.iter == 1:
                workers = runner.train_loop.dataloader._iterator
                pids = [worker.pid for worker in workers._workers] if workers else []
                assert bool(pids) is persistent  # mmengine keeps no others where one finds them
                pids = pids or [child.pid for child in multiprocessing.active_children()]
                subprocess.run(['kill', *map(str, [*pids, os.getpid()])], check=True)

    options = dict(**WORKERS, train_dataloader__persistent_workers=persistent)
    with pytest.raises(SystemExit):
        train(tmp_path, AsksAll(), **options)
    assert [path.name for path in tmp_path.glob('*.pth')] == ['iter_2.pth']


def test_a_signal_ends_a_run_that_is_no_training_at_once(tmp_path):
    assert exit_code(run_test_until_signal, tmp_path) == -signal.SIGTERM


class AsksTest(Hook):
    def before_test_iter(self, runner, batch_idx, data_batch=None):
        os.kill(os.getpid(), signal.SIGTERM)


def run_test_until_signal(folder):
    runner = toy_runner(folder, custom_hooks=HOOKS[-1:])
    runner.register_hook(AsksTest())
    runner.test()
