import errno
import os
from types import SimpleNamespace

import pytest

from mmmtl import files
from mmmtl.compat.storage import AtomicLocalBackend
from mmmtl.files import (
    atomic_file,
    make_folder,
    remove_unfinished,
    require_room,
    unfinished_file,
    write_atomically,
)
from tests.utils.killed import write_half_and_die


def test_a_file_appears_whole(tmp_path):
    path = tmp_path / 'new' / 'a.txt'
    write_atomically(path, 'ä')
    assert path.read_bytes() == 'ä'.encode()
    write_atomically(path, b'b')
    assert path.read_bytes() == b'b'
    assert [p.name for p in path.parent.iterdir()] == ['a.txt']


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / 'a.txt'
    write_atomically(path, 'old')

    def interrupted():
        with atomic_file(path) as stream:
            stream.write(b'half')
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == 'old'
    assert [p.name for p in tmp_path.iterdir()] == ['a.txt']


def test_a_path_to_write_to_becomes_the_file(tmp_path):
    path = tmp_path / 'new' / 'a.txt'
    with unfinished_file(path) as unfinished:
        unfinished.write_text('new')
        assert not path.exists()
    assert path.read_text() == 'new'
    assert [p.name for p in path.parent.iterdir()] == ['a.txt']


def test_a_path_may_keep_its_suffix(tmp_path):
    path = tmp_path / 'a.mp4'
    with unfinished_file(path, keeps_suffix=True) as unfinished:
        assert unfinished.suffix == '.mp4'
        unfinished.write_text('new')
        half = unfinished.with_name(unfinished.name.replace('a.mp4', 'b.mp4', 1))
        half.write_text('half')
    assert path.read_text() == 'new'
    remove_unfinished(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ['a.mp4']


def test_what_a_killed_process_leaves_is_removed(tmp_path):
    def files():
        return sorted(path for path in tmp_path.rglob('*') if path.is_file())

    for name in ('a.txt', '.a.txt.tmp', 'sub/.hidden', 'sub/.b.0123.tmp'):
        write_atomically(tmp_path / name, 'whole')
    kept = files()
    for name in ('a.txt', 'b.txt', 'sub/a.txt'):
        write_half_and_die(tmp_path / name)
    assert len(files()) == len(kept) + 3
    remove_unfinished(tmp_path, 'a.txt')  # neither that of the other file nor of the other folder
    assert len(files()) == len(kept) + 2
    remove_unfinished(tmp_path)
    assert files() == kept
    remove_unfinished(tmp_path / 'nowhere')


def test_what_may_still_be_written_is_kept(tmp_path):
    write_half_and_die(tmp_path / 'a.txt')
    remove_unfinished(tmp_path, seconds=60)
    (left,) = tmp_path.iterdir()
    old = left.stat().st_mtime - 61
    os.utime(left, (old, old))
    remove_unfinished(tmp_path, seconds=60)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize('raised', [errno.ENOSPC, errno.EACCES])
def test_an_error_of_the_system_names_the_file(tmp_path, raised):
    path = tmp_path / 'a.pth'
    with pytest.raises(OSError, match=str(path)) as error, atomic_file(path):
        raise OSError(raised, os.strerror(raised))
    assert (error.value.errno, error.value.filename) == (raised, str(path))
    with pytest.raises(OSError, match='other'), atomic_file(path):
        raise OSError(raised, os.strerror(raised), 'other')
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ('folder', 'named'),
    [
        ('a', 'a: expected a folder, found a file.'),
        ('a/b/c', 'a: expected a folder, found a file.'),
        ('loop', 'loop: expected a folder, found a symbolic link that leads to none.'),
        ('loop/b', 'loop: expected a folder, found a symbolic link that leads to none.'),
        ('nowhere', 'nowhere: expected a folder, found a symbolic link that leads to none.'),
    ],
)
def test_what_is_no_folder_is_named(tmp_path, folder, named):
    (tmp_path / 'a').write_text('file')
    (tmp_path / 'loop').symlink_to('loop')
    (tmp_path / 'nowhere').symlink_to('missing')
    with pytest.raises(NotADirectoryError, match=f'^{tmp_path}/{named}$'):
        make_folder(tmp_path / folder)
    with pytest.raises(NotADirectoryError, match=named):
        write_atomically(tmp_path / folder / 'x.txt', 'text')


def test_a_link_to_a_folder_is_one(tmp_path):
    (tmp_path / 'a').mkdir()
    (tmp_path / 'link').symlink_to('a')
    make_folder(tmp_path / 'link')
    make_folder(tmp_path / 'link' / 'b')
    assert (tmp_path / 'a' / 'b').is_dir()


def test_room_is_looked_for_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(files.shutil, 'disk_usage', lambda folder: SimpleNamespace(free=1_500_000))
    path = tmp_path / 'new' / 'a.pth'
    require_room(path, 1_500_000)
    with pytest.raises(OSError, match=r'2.0 MB needed, 1.5 MB free.*a.pth') as error:
        require_room(path, 2_000_000)
    assert error.value.errno == errno.ENOSPC
    with pytest.raises(OSError, match='needed'):
        AtomicLocalBackend().put(bytes(1_500_001), path)
    assert list(tmp_path.iterdir()) == []
