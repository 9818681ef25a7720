import threading

import pytest
import torch
from mmengine.runner import save_checkpoint

from mmmtl.compat.deferred_writes import defer, deferred_writes
from mmmtl.compat.storage import AtomicLocalBackend


def test_what_mmengine_saves_is_written_when_it_is_called(tmp_path):
    weights = torch.arange(4.0)
    with deferred_writes() as writes:
        save_checkpoint(dict(weights=weights), str(tmp_path / 'a.pth'))
        AtomicLocalBackend().put_text('b', tmp_path / 'b')
        assert len(writes) == 2
    weights += 1
    assert list(tmp_path.iterdir()) == []
    writes[0]()
    assert torch.load(tmp_path / 'a.pth')['weights'].tolist() == [0, 1, 2, 3]
    assert not (tmp_path / 'b').exists()


def test_it_ends_with_the_block_and_concerns_no_other_thread(tmp_path):
    with deferred_writes() as writes:
        other = threading.Thread(target=AtomicLocalBackend().put, args=(b'', tmp_path / 'a'))
        other.start()
        other.join()
    assert (tmp_path / 'a').is_file()
    assert not defer(lambda: None)
    assert writes == []


def test_a_full_disk_is_told_at_once(tmp_path, monkeypatch):
    def refuse(path, size):
        raise OSError(28, 'No space left on device', str(path))

    monkeypatch.setattr('mmmtl.compat.storage.require_room', refuse)
    with deferred_writes() as writes, pytest.raises(OSError, match='No space left'):
        AtomicLocalBackend().put(b'', tmp_path / 'a')
    assert writes == []
