import os

import pytest
from mmengine import fileio

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
    def list_dir_or_file(path, **settings):
        if path.endswith('deep'):
            raise PermissionError(13, os.strerror(13), path)
        return fileio.get_file_backend(path).list_dir_or_file(path, **settings)

    monkeypatch.setattr('mmmtl.apis.folder_walk.fileio.list_dir_or_file', list_dir_or_file)
    found = dict(walk_folder(str(root)))
    assert sorted(found) == ['a.png', 'deep']
    assert str(found['deep']) == f"[Errno 13] Permission denied: '{root}/deep'"
    with pytest.raises(PermissionError):
        list(walk_folder(str(root / 'deep')))
