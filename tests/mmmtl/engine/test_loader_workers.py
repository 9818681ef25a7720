"""Workers of loaders that go as part of a circle of references."""

import gc
import multiprocessing
from multiprocessing.process import BaseProcess

from torch.utils.data import DataLoader

from mmmtl.engine.loader_workers import end_loader_workers


class Holder:
    """Holds a loader with its workers, and itself, as a Runner does."""

    def __init__(self):
        self.itself = self
        self.loader = DataLoader(range(4), num_workers=1, persistent_workers=True)
        self.batches = list(self.loader)


def test_nothing_waits_for_workers_that_have_ended(monkeypatch):
    before = set(multiprocessing.active_children())
    holder = Holder()
    assert len(set(multiprocessing.active_children()) - before) == 1
    end_loader_workers()
    assert set(multiprocessing.active_children()) <= before
    waited = []  # five seconds for each, had it not ended
    monkeypatch.setattr(BaseProcess, 'join', lambda *_, **__: waited.append(True))
    del holder
    gc.collect()
    assert not waited


def test_there_need_not_be_any():
    end_loader_workers()
    end_loader_workers()
