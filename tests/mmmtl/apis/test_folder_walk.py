import os

import pytest

from mmmtl.apis.folder_walk import walk_folder


@pytest.fixture
def root(tmp_path):
    for name in ('a.png', 'deep/b.png', 'deep/er/c.txt', '.hidden.png'):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_files_of_all_folders(root):
    assert sorted(walk_folder(str(root))) == [
        ('a.png', None),
        ('deep/b.png', None),
        ('deep/er/c.txt', None),
    ]


def test_a_link_back_is_walked_once(root):
    (root / 'deep' / 'loop').symlink_to(root)
    found = dict(walk_folder(str(root)))
    assert sorted(found) == ['a.png', 'deep/b.png', 'deep/er/c.txt', 'deep/loop']
    assert str(found['deep/loop']) == f'{root}/deep/loop: a link to a folder that it lies in.'


def test_a_folder_that_cannot_be_read_is_one_failure(root, monkeypatch):
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith('deep'):
            raise PermissionError(13, os.strerror(13), path)
        return scandir(path)

    monkeypatch.setattr('mmmtl.apis.folder_walk.os.scandir', refuse)
    found = dict(walk_folder(str(root)))
    assert sorted(found) == ['a.png', 'deep']
    assert str(found['deep']) == f"[Errno 13] Permission denied: '{root}/deep'"
    with pytest.raises(PermissionError):
        list(walk_folder(str(root / 'deep')))


def test_links_that_lead_to_no_file_are_not_passed_over(root):
    (root / 'gone.png').symlink_to('nowhere.png')
    (root / 'loop.png').symlink_to('loop.png')
    os.mkfifo(root / 'pipe.png')
    assert sorted(file for file, _ in walk_folder(str(root))) == [
        'a.png',
        'deep/b.png',
        'deep/er/c.txt',
        'gone.png',
        'loop.png',
    ]


def test_folders_of_other_backends(root, monkeypatch):
    class Elsewhere:
        def list_dir_or_file(self, path, list_dir, list_file, *_):
            folder = root / path.removeprefix('far://').strip('/')
            for entry in folder.iterdir():
                if list_dir if entry.is_dir() else list_file:
                    yield entry.name

        def join_path(self, path, name):
            return f'{path}/{name}'

    monkeypatch.setattr('mmengine.fileio.io.get_file_backend', lambda *_, **__: Elsewhere())
    monkeypatch.setattr('mmengine.fileio.get_file_backend', lambda *_, **__: Elsewhere())
    assert sorted(file for file, _ in walk_folder('far://')) == [
        '.hidden.png',
        'a.png',
        'deep/b.png',
        'deep/er/c.txt',
    ]
