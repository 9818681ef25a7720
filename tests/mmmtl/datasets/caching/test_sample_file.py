import copy
import errno
import gc
import multiprocessing
import os
import pickle
import signal

import numpy as np
import pytest

from mmmtl.datasets.caching.sample_file import SampleFile, remove_unused

FORK = multiprocessing.get_context('fork')
LENGTH = 9000  # more than a page


def never():
    raise AssertionError('the room of the file is there already')


def opened(path, rows=5, length=LENGTH, temporary=False):
    return SampleFile(path, rows, lambda: length, temporary)


def content_of(row):
    rng = np.random.default_rng(row)
    return [(0, rng.integers(0, 256, 100, np.uint8)), (128, rng.random((3, 5), np.float32))]


def write(file, row):
    file.write(row, iter(content_of(row)), row + 1, 7)


def assert_there(file, row):
    content, height, width = file.read(row)
    assert (height, width) == (row + 1, 7)
    assert len(content) == LENGTH
    for start, array in content_of(row):
        found = content[start : start + array.nbytes]
        assert found.tobytes() == array.tobytes()


@pytest.fixture
def path(tmp_path):
    return tmp_path / 'a.samples'


def test_rows_are_there_once_they_are_written(path):
    file = opened(path)
    assert file.row_length == LENGTH
    assert file.read(2) is None
    write(file, 2)
    write(file, 4)
    assert file.written() == 2
    assert_there(file, 2)
    assert_there(file, 4)
    assert file.read(3) is None
    file.read(2)[0][:] = 0  # a copy
    assert_there(file, 2)


def test_all_room_is_taken_at_once(path):
    opened(path, rows=300)
    assert path.stat().st_size >= 300 * LENGTH
    assert path.stat().st_blocks * 512 >= 300 * LENGTH
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(path.parent) == [path.name]


def test_a_kept_file_is_found_again(path):
    write(opened(path), 1)
    gc.collect()
    file = SampleFile(path, 5, never, False)
    assert file.row_length == LENGTH
    assert_there(file, 1)


def test_a_temporary_file_goes_with_the_last_one_that_has_it(path):
    first, second = opened(path, temporary=True), SampleFile(path, 5, never, True)
    write(first, 0)
    del first
    assert path.exists()
    assert_there(second, 0)
    del second
    assert not path.exists()


def in_process(function, *arguments):
    process = FORK.Process(target=function, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def test_a_worker_does_not_remove_what_its_parent_has(path):
    file = opened(path, temporary=True)

    def work():
        nonlocal file
        write(file, 3)
        del file
        gc.collect()

    assert in_process(work) == 0
    assert path.exists()
    assert_there(file, 3)


def test_another_process_keeps_a_temporary_file(path):
    file = opened(path, temporary=True)
    write(file, 1)
    ready, done = FORK.Event(), FORK.Event()

    def run():
        other = SampleFile(path, 5, never, True)
        ready.set()
        done.wait(60)
        assert_there(other, 1)
        del other
        os._exit(0 if not path.exists() else 3)

    process = FORK.Process(target=run)
    process.start()
    assert ready.wait(60)
    del file
    assert path.exists()
    done.set()
    process.join()
    assert process.exitcode == 0


def test_a_killed_process_leaves_a_file_that_is_used_or_removed(path):
    def run():
        file = opened(path, temporary=True)
        write(file, 1)
        os.kill(os.getpid(), signal.SIGKILL)

    assert in_process(run) == -signal.SIGKILL
    assert path.exists()
    file = opened(path, temporary=True)
    assert_there(file, 1)
    other = path.with_name('b.samples')
    assert in_process(lambda: (opened(other, temporary=True), os.kill(os.getpid(), 9))) == -9
    kept = opened(path.with_name('c.other'))
    remove_unused(path.parent, '*.samples')
    assert path.exists()
    assert not other.exists()
    assert kept.path.exists()


def test_many_processes_open_and_fill_one_file(path):
    taken = FORK.Value('i', 0)

    def length():
        with taken.get_lock():
            taken.value += 1
        return LENGTH

    def fill():
        file = SampleFile(path, 40, length, True)
        for row in range(40):
            if file.read(row) is None:
                write(file, row)
            assert_there(file, row)

    file = SampleFile(path, 40, length, True)
    processes = [FORK.Process(target=fill) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    assert taken.value == 1
    assert file.written() == 40


def test_processes_that_begin_together_take_room_once(path):
    taken, barrier = FORK.Value('i', 0), FORK.Barrier(4)

    def length():
        with taken.get_lock():
            taken.value += 1
        return LENGTH

    def begin():
        barrier.wait()
        file = SampleFile(path, 4, length, True)
        barrier.wait()
        del file

    processes = [FORK.Process(target=begin) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    assert taken.value == 1
    assert not path.exists()


def test_who_finds_no_room_leaves_nothing(path):
    def refuse():
        raise OSError(errno.ENOSPC, 'no room, 5 MB needed', str(path))

    with pytest.raises(OSError, match='no room, 5 MB needed'):
        SampleFile(path, 5, refuse, False)
    assert os.listdir(path.parent) == []
    assert opened(path).written() == 0


def test_a_process_that_was_not_forked_opens_it_by_its_name(path):
    file = opened(path, temporary=True)
    write(file, 1)
    other = pickle.loads(pickle.dumps(file))
    third = copy.deepcopy(other)
    assert_there(other, 1)
    write(other, 2)
    assert_there(third, 2)
    assert_there(file, 2)
    del other, third
    assert path.exists()


def test_other_files_are_named(path, monkeypatch):
    path.write_bytes(b'something else')
    with pytest.raises(OSError, match=r"expected cached samples of this user: '.*a\.samples'"):
        opened(path)
    path.unlink()
    write(opened(path), 1)
    with monkeypatch.context() as patch:
        patch.setattr(os, 'geteuid', lambda: os.getuid() + 1)
        with pytest.raises(OSError, match='of this user'):
            opened(path)
    with pytest.raises(OSError, match='expected cached samples of this user'):
        opened(path, rows=6)
    os.truncate(path, 5 * LENGTH)
    with pytest.raises(OSError, match=r'expected a file of \d+ bytes'):
        opened(path)
