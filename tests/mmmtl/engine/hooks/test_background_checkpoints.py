"""Checkpoints that are written in the background: when they are written, and what fails."""

import errno
import multiprocessing
import os
import pkgutil
import signal
import threading
import time
from types import SimpleNamespace

import pytest
import torch
from mmengine.fileio import BaseStorageBackend, register_backend
from mmengine.hooks import Hook

from mmmtl.apis.command_errors import run_command
from mmmtl.compat.checkpoint import read_checkpoint
from mmmtl.compat.storage import AtomicLocalBackend, search_latest_checkpoint
from mmmtl.engine import DurableCheckpointHook
from mmmtl.engine.hooks.preemption_hook import PREEMPTED
from tests.utils.toy.toy_runs import CONFIG, assert_same_weights, toy_runner

HOOKS = [dict(type='EpochSeedHook'), dict(type='EMAHook'), dict(type='PreemptionHook')]
LAST = 'iter_16.pth'
PATIENCE = 300  # seconds


def runner_of(work_dir, *hooks, background=True, resume=False, **options):
    """A run that saves after 3, 6, 9, 12, 15 and 16 steps, and keeps one checkpoint."""
    checkpoint = dict(_delete_=True, type='DurableCheckpointHook', background=background)
    checkpoint |= dict(interval=3, by_epoch=False, max_keep_ckpts=1) | options
    runner = toy_runner(
        work_dir, CONFIG, custom_hooks=HOOKS, default_hooks__checkpoint=checkpoint, resume=resume
    )
    for hook in hooks:
        runner.register_hook(hook)
    return runner


def names(folder):
    return sorted(path.name for path in folder.glob('*.pth'))


def named(folder):
    return (folder / 'last_checkpoint').read_text().rpartition('/')[2]


class At(Hook):
    """Does something before a step."""

    def __init__(self, iteration, action):
        self.iteration, self.action = iteration, action

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        if runner.iter == self.iteration:
            self.action()


@pytest.fixture
def slow_disk(monkeypatch):
    """A disk that has no file on it until the event is set."""
    ready, fsync = threading.Event(), os.fsync

    def wait(number):
        assert ready.wait(PATIENCE)
        fsync(number)

    monkeypatch.setattr(os, 'fsync', wait)
    return ready


@pytest.fixture(scope='module')
def whole_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp('whole')
    runner_of(folder, background=False).train()
    return folder / LAST


def test_the_file_is_what_the_step_saved_though_training_goes_on(
    whole_run, tmp_path, monkeypatch, slow_disk
):
    put, made, seen = AtomicLocalBackend.put, {}, []

    def keep(backend, content, path):
        if threading.current_thread() is threading.main_thread():
            made.setdefault(os.path.basename(path), content)
        put(backend, content, path)

    def look():
        seen.extend([names(tmp_path), (tmp_path / 'last_checkpoint').exists()])
        slow_disk.set()

    monkeypatch.setattr(AtomicLocalBackend, 'put', keep)
    runner = runner_of(tmp_path, At(5, look), max_keep_ckpts=-1)
    runner.train()
    assert seen == [[], False]  # two steps after the first checkpoint
    assert len(made) == len(names(tmp_path)) == 6
    for name, content in made.items():
        assert (tmp_path / name).read_bytes() == content
    assert read_checkpoint(tmp_path / 'iter_3.pth')['message_hub']['runtime_info']['iter'] == 2
    assert_same_weights(whole_run, tmp_path / LAST)


HOOK = 'mmmtl.engine.hooks.durable_checkpoint_hook'
PLACES = {  # of the second checkpoint, and what is there then
    'mmmtl.compat.storage.atomic_file': (['iter_3.pth'], 'iter_3.pth'),
    'os.fsync': (['iter_3.pth'], 'iter_3.pth'),
    'os.replace': (['iter_3.pth'], 'iter_3.pth'),
    f'{HOOK}.record_checkpoint': (['iter_3.pth', 'iter_6.pth'], 'iter_3.pth'),
    f'{HOOK}._RemovesLater.remove_now': (['iter_3.pth', 'iter_6.pth'], 'iter_6.pth'),
}


def train_until_killed(folder, place):
    """Trains, and dies two steps after the second checkpoint with its thread at the place."""
    torch.set_num_threads(1)
    function, threads, gone_on = pkgutil.resolve_name(place), {}, threading.Event()

    def dies(*args, **options):
        thread = threading.current_thread()
        if thread is not threading.main_thread() and threads.setdefault(thread, len(threads)):
            gone_on.wait(PATIENCE)
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **options)

    pytest.MonkeyPatch().setattr(place, dies)
    runner_of(folder, At(8, gone_on.set)).train()


@pytest.mark.parametrize('place', PLACES)
def test_a_kill_leaves_a_whole_checkpoint_wherever_it_comes(whole_run, tmp_path, place):
    files, last = PLACES[place]
    process = multiprocessing.get_context('fork').Process(
        target=train_until_killed, args=(tmp_path, place)
    )
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == -signal.SIGKILL
    assert names(tmp_path) == files
    assert search_latest_checkpoint(tmp_path) == (str(tmp_path / last), ())
    runner_of(tmp_path, resume=True).train()
    assert_same_weights(whole_run, tmp_path / LAST)
    assert not list(tmp_path.glob('.*.tmp'))


@pytest.mark.parametrize(
    ('interval', 'whole', 'failed', 'steps'),
    [(3, ['iter_3.pth'], 'iter_6.pth', 6), (100, [], LAST, 16)],
    ids=['next-step', 'end'],
)
def test_a_failure_ends_the_training_with_a_line(
    tmp_path, monkeypatch, capsys, interval, whole, failed, steps
):
    fsync = os.fsync

    def full(number):
        if names(tmp_path) == whole:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(number)

    monkeypatch.setattr(os, 'fsync', full)
    runner = runner_of(tmp_path, interval=interval)
    (hook,) = (hook for hook in runner.hooks if isinstance(hook, DurableCheckpointHook))
    runner.register_hook(At(6, lambda: interval > 6 or hook._writer._thread.join(PATIENCE)))
    assert run_command(lambda: runner.train() and None) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith('error:')]
    assert lines == [f"error: [Errno 28] No space left on device: '{tmp_path / failed}'"]
    assert runner.iter == steps
    assert names(tmp_path) == whole
    assert not list(tmp_path.glob('.*.tmp'))


class WhileSaving(Hook):
    """Does something when another checkpoint is about to be made."""

    priority = 'VERY_HIGH'

    def __init__(self, action):
        self.action = action

    def before_save_checkpoint(self, runner, checkpoint):
        self.action()


def test_a_signal_waits_for_the_file_and_saves_another(whole_run, tmp_path, slow_disk):
    seen = []

    def release():
        seen.append(names(tmp_path))
        if len(seen) == 2:
            slow_disk.set()

    signalled = At(4, lambda: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(SystemExit) as ended:
        runner_of(tmp_path, WhileSaving(release), signalled).train()
    assert ended.value.code == PREEMPTED
    assert seen == [[], []]  # iter_3.pth was waited for with iter_5.pth
    assert names(tmp_path) == ['iter_3.pth', 'iter_5.pth']
    assert named(tmp_path) == 'iter_5.pth'
    runner_of(tmp_path, resume=True).train()
    assert_same_weights(whole_run, tmp_path / LAST)


@pytest.mark.parametrize('error', [RuntimeError, KeyboardInterrupt])
def test_an_error_and_ctrl_c_wait_for_the_file(tmp_path, slow_disk, error):
    def fail():
        assert names(tmp_path) == []
        threading.Timer(0.05, slow_disk.set).start()
        raise error

    with pytest.raises(error):
        runner_of(tmp_path, At(4, fail)).train()
    assert names(tmp_path) == ['iter_3.pth']
    assert named(tmp_path) == 'iter_3.pth'


def test_what_is_published_is_what_was_saved_last(tmp_path, monkeypatch):
    monkeypatch.setattr(os, 'fsync', lambda number: time.sleep(0.05))
    runner_of(tmp_path, published_keys=['meta', 'state_dict']).train()
    (published,) = (path for path in tmp_path.glob(f'{LAST[:-4]}-*.pth'))
    weights = [read_checkpoint(path)['state_dict'] for path in (published, tmp_path / LAST)]
    for name, value in weights[0].items():
        assert torch.equal(value, weights[1][name]), name


def test_only_the_main_process_has_a_thread():
    def never(*args, **options):  # mmengine's is one that does nothing on the others
        return

    hub = SimpleNamespace(update_info=never)
    runner = SimpleNamespace(rank=1, message_hub=hub, work_dir='.', save_checkpoint=never)
    hook = DurableCheckpointHook(1, background=True)
    hook.out_dir, hook.file_backend = '.', AtomicLocalBackend()
    hook._save_checkpoint_with_step(runner, 1, {})
    assert hook._writer._thread is None


class MemoryBackend(BaseStorageBackend):
    def get(self, filepath):
        return b''

    def get_text(self, filepath):
        return ''

    def join_path(self, *parts):
        return '/'.join(map(str, parts))


@pytest.mark.parametrize(
    ('options', 'found'),
    [
        (dict(file_client_args=dict(backend='disk')), 'FileClient'),
        (dict(backend_args=dict(backend='memory')), 'MemoryBackend'),
    ],
)
def test_files_elsewhere_are_refused(tmp_path, options, found):
    register_backend('memory', MemoryBackend, force=True)
    with pytest.raises(ValueError, match=f'background: expected files on a local disk.* {found} '):
        runner_of(tmp_path, **options).train()
