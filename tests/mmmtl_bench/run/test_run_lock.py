import os
import subprocess

import pytest

from mmmtl_bench.run.run_lock import RunLock


def test_a_folder_is_locked_once(tmp_path):
    lock = RunLock.take(tmp_path)
    assert lock is not None
    assert RunLock.take(tmp_path) is None
    lock.release()
    again = RunLock.take(tmp_path)
    assert again is not None
    again.release()


def test_a_process_holds_the_lock_that_it_inherits(tmp_path):
    lock = RunLock.take(tmp_path)
    child = subprocess.Popen(['sleep', '60'], pass_fds=(lock.descriptor,))
    lock.release()
    try:
        assert RunLock.take(tmp_path) is None
    finally:
        child.kill()
        child.wait()
    again = RunLock.take(tmp_path)
    assert again is not None
    again.release()


def test_other_processes_do_not_inherit_it(tmp_path):
    lock = RunLock.take(tmp_path)
    child = subprocess.Popen(['sleep', '60'], close_fds=False)
    assert not os.get_inheritable(lock.descriptor)
    lock.release()
    try:
        again = RunLock.take(tmp_path)
        assert again is not None
        again.release()
    finally:
        child.kill()
        child.wait()


def test_the_folder_must_exist(tmp_path):
    with pytest.raises(FileNotFoundError):
        RunLock.take(tmp_path / 'nothing')
