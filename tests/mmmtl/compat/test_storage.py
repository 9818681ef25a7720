import os
import stat

import pytest
import torch
from mmengine.fileio import get_file_backend
from mmengine.runner import save_checkpoint

from mmmtl.compat.storage import AtomicLocalBackend, find_latest_checkpoint


def save(path, mtime=None):
    torch.save(dict(a=1), path)
    if mtime is not None:
        os.utime(path, (mtime, mtime))
    return path


def truncate(path):
    path.write_bytes(path.read_bytes()[:-10])


def test_mmengine_writes_through_it(tmp_path):
    assert type(get_file_backend(str(tmp_path))) is AtomicLocalBackend
    assert type(get_file_backend(backend_args=dict(backend='local'))) is AtomicLocalBackend


def test_put_makes_folders_and_leaves_nothing_else(tmp_path):
    path = tmp_path / 'a' / 'b.bin'
    AtomicLocalBackend().put(b'1', path)
    AtomicLocalBackend().put(b'22', path)
    assert path.read_bytes() == b'22'
    assert list(path.parent.iterdir()) == [path]


def test_put_text(tmp_path):
    AtomicLocalBackend().put_text('é', tmp_path / 'a', encoding='latin1')
    assert (tmp_path / 'a').read_bytes() == b'\xe9'


def test_file_mode_follows_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        AtomicLocalBackend().put(b'', tmp_path / 'a')
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / 'a').stat().st_mode) == 0o640


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / 'a.pth'
    save_checkpoint(dict(a=1), str(path))
    whole = path.read_bytes()

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, 'replace', interrupt)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(dict(a=2), str(path))
    assert path.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [path]


def test_latest_is_what_the_record_names(tmp_path):
    first, _ = save(tmp_path / 'epoch_1.pth', 1), save(tmp_path / 'epoch_2.pth', 2)
    (tmp_path / 'last_checkpoint').write_text(str(first))
    assert find_latest_checkpoint(tmp_path) == str(first)


def test_latest_in_a_folder_that_was_moved(tmp_path):
    first, _ = save(tmp_path / 'epoch_1.pth', 1), save(tmp_path / 'epoch_2.pth', 2)
    (tmp_path / 'last_checkpoint').write_text('/somewhere/else/epoch_1.pth')
    assert find_latest_checkpoint(str(tmp_path)) == str(first)


@pytest.mark.parametrize('record', ['', '/nowhere/epoch_11.pth', None])
def test_latest_without_a_usable_record(tmp_path, record):
    save(tmp_path / 'iter_30.pth', 1)
    newest = save(tmp_path / 'epoch_10.pth', 3)
    save(tmp_path / 'epoch_9.pth', 2)
    save(tmp_path / 'best_seg_mIoU_epoch_9.pth', 4)  # has no optimizer
    if record is not None:
        (tmp_path / 'last_checkpoint').write_text(record)
    assert find_latest_checkpoint(tmp_path) == str(newest)


def test_latest_passes_over_truncated_files(tmp_path):
    whole, broken = save(tmp_path / 'epoch_1.pth', 1), save(tmp_path / 'epoch_2.pth', 2)
    truncate(broken)
    (tmp_path / 'last_checkpoint').write_text(str(broken))
    assert find_latest_checkpoint(tmp_path) == str(whole)


def test_no_checkpoint(tmp_path):
    assert find_latest_checkpoint(tmp_path) is None
    assert find_latest_checkpoint(tmp_path / 'nowhere') is None
