import contextlib
import multiprocessing
import os
import signal
import subprocess
import time

import pytest
from torch.utils.data import DataLoader

from mmmtl.engine.shielded_children import shield_children


@pytest.fixture
def shielded():
    shield_children([signal.SIGTERM, signal.SIGUSR1])
    yield
    shield_children(())


@pytest.fixture
def forked():
    """Children of a test, which may fail before it ends them."""
    children = []
    yield children
    for child in children:
        with contextlib.suppress(ChildProcessError):  # it has ended: its number may be another's
            if os.waitpid(child, os.WNOHANG) == (0, 0):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)


def send_from_elsewhere(number, pid):
    subprocess.run(['kill', f'-{number}', str(pid)], check=True)


@pytest.mark.parametrize('persistent', [False, True])
def test_workers_take_no_notice_of_what_others_send(shielded, persistent):
    loader = DataLoader(range(6), num_workers=1, persistent_workers=persistent)
    batches = iter(loader)
    next(batches)
    for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGTERM):
        send_from_elsewhere(number, batches._workers[0].pid)
    assert [int(batch) for batch in batches] == [1, 2, 3, 4, 5]


def test_a_child_is_shielded_from_its_first_moment_on(shielded, forked):
    (go, start), (read, write) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:  # starts nothing: a fork of a process with threads may wait for their locks
        os.read(go, 1)
        os.write(write, b'lives')
        signal.pause()
    forked.append(child)
    os.close(write)  # so that what is read ends with the child
    send_from_elsewhere(signal.SIGTERM, child)
    os.write(start, b'!')
    assert os.read(read, 5) == b'lives'
    ended = 0, 0
    until = time.monotonic() + 60
    while ended == (0, 0) and time.monotonic() < until:
        os.kill(child, signal.SIGTERM)  # is lost while the first one waits to be taken
        time.sleep(0.01)
        ended = os.waitpid(child, os.WNOHANG)
    assert ended == (child, 0)


def test_the_own_process_and_later_children_are_as_they_were(shielded, forked):
    assert signal.SIGTERM not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    shield_children(())
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.write(write, b'ready')
        signal.pause()
        os._exit(0)
    forked.append(child)
    os.close(write)
    assert os.read(read, 5) == b'ready'
    send_from_elsewhere(signal.SIGTERM, child)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGTERM


def ends_with_workers(sent):
    shield_children([signal.SIGTERM])
    batches = iter(DataLoader(range(4), num_workers=1, persistent_workers=True))
    next(batches)
    sent.put(batches._workers[0].pid)
    multiprocessing.kept = batches  # outlives everything that is cleaned up in an orderly way


def test_persistent_workers_end_with_their_parent():
    sent = multiprocessing.Queue()
    parent = multiprocessing.Process(target=ends_with_workers, args=(sent,))
    parent.start()
    worker = sent.get(timeout=60)
    parent.join(30)
    assert parent.exitcode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
