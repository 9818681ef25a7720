import os
import shutil
import stat

import pytest
import torch
from mmengine.fileio import get_file_backend
from mmengine.runner import save_checkpoint

from mmmtl.compat.storage import (
    AtomicLocalBackend,
    find_latest_checkpoint,
    record_checkpoint,
    search_latest_checkpoint,
)
from tests.utils.damage import flip_in_tensor


def save(path, mtime=None):
    torch.save(dict(a=torch.arange(64.0)), path)
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
    record_checkpoint(tmp_path, first)
    assert (tmp_path / 'last_checkpoint').read_text() == str(first)
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


DAMAGES = dict(
    truncated=truncate,
    flipped=lambda path: flip_in_tensor(path),
    empty=lambda path: path.write_bytes(b''),
)


@pytest.mark.parametrize('damage', DAMAGES)
def test_latest_passes_over_damaged_files_and_says_why(tmp_path, damage):
    # The order of the times is not that of the numbers, as after a copy.
    paths = [save(tmp_path / f'epoch_{k}.pth', 20 - k) for k in (8, 9, 10, 11)]
    DAMAGES[damage](paths[3])
    DAMAGES[damage](paths[2])
    (tmp_path / 'last_checkpoint').write_text('epoch_11.pth')
    latest = search_latest_checkpoint(tmp_path)
    assert latest.path == str(paths[1])
    assert [note.partition(': ')[0] for note in latest.notes] == [
        f'Cannot read the checkpoint {paths[3]}',
        f'Cannot read the checkpoint {paths[2]}',
        f'Passed over; the newest whole one is {paths[1]}.',
    ]


def test_where_none_is_whole_a_run_does_not_start_afresh(tmp_path):
    truncate(save(tmp_path / 'epoch_1.pth'))
    with pytest.raises(ValueError, match=r'expected a whole checkpoint.*epoch_1.*Remove them'):
        search_latest_checkpoint(tmp_path)


def test_a_copied_folder_goes_on_from_its_own_files(tmp_path):
    original, copy = tmp_path / 'a', tmp_path / 'b'
    original.mkdir()
    theirs = save(original / 'epoch_1.pth')
    (original / 'last_checkpoint').write_text(str(theirs))
    shutil.copytree(original, copy)
    assert search_latest_checkpoint(copy) == (str(copy / 'epoch_1.pth'), ())
    theirs.rename(original / 'epoch_2.pth')
    (copy / 'last_checkpoint').write_text(str(original / 'epoch_2.pth'))
    assert search_latest_checkpoint(copy).path == str(copy / 'epoch_1.pth')
    (copy / 'epoch_1.pth').unlink()  # as with CheckpointHook(out_dir=...)
    assert search_latest_checkpoint(copy).path == str(original / 'epoch_2.pth')


def test_a_record_that_is_no_text_is_named(tmp_path):
    first = save(tmp_path / 'epoch_1.pth')
    record = tmp_path / 'last_checkpoint'
    for content in (b'\xff\xfe\x00', bytes(20)):
        record.write_bytes(content)
        latest = search_latest_checkpoint(tmp_path)
        assert latest.path == str(first)
        assert f'{record}: expected the name of a checkpoint, found no text.' in latest.notes
    record.unlink()
    record.mkdir()
    with pytest.raises(ValueError, match='last_checkpoint: expected a file .* found a folder'):
        search_latest_checkpoint(tmp_path)


def test_no_checkpoint(tmp_path):
    assert find_latest_checkpoint(tmp_path) is None
    assert find_latest_checkpoint(tmp_path / 'nowhere') is None
