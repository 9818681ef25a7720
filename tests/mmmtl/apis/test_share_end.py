import threading

import pytest
from torch.distributed import TCPStore

from mmmtl.apis.share_end import end_share


@pytest.fixture
def store(monkeypatch):
    """What torchrun gives its three processes."""
    store = TCPStore('localhost', 0, is_master=True, wait_for_workers=False)
    monkeypatch.setenv('MASTER_ADDR', 'localhost')
    monkeypatch.setenv('MASTER_PORT', str(store.port))
    monkeypatch.setenv('WORLD_SIZE', '3')
    monkeypatch.setenv('TORCHELASTIC_USE_AGENT_STORE', 'True')
    return store


def test_one_that_fails_is_the_last_to_end(store):
    waits = threading.Thread(target=end_share, args=(True, 0.01), daemon=True)
    waits.start()
    end_share(failed=False)
    waits.join(0.3)
    assert waits.is_alive()
    end_share(failed=False)
    waits.join(20)
    assert not waits.is_alive()


def test_all_may_fail(store):
    threads = [threading.Thread(target=end_share, args=(True, 0.01), daemon=True) for _ in '123']
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


def test_other_launchers_and_a_torchrun_that_has_ended(store, monkeypatch):
    monkeypatch.setattr('mmmtl.apis.share_end._SECONDS_TO_CONNECT', 0.2)
    monkeypatch.setenv('MASTER_PORT', '1')
    end_share(failed=True)
    monkeypatch.delenv('TORCHELASTIC_USE_AGENT_STORE')
    end_share(failed=True)
