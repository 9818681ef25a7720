import errno

import pytest

from mmmtl.datasets.caching import cache_place as module
from mmmtl.datasets.caching.cache_place import MEMORY, cache_folder, require_cache_room


def test_a_cache_is_in_memory_or_in_a_folder(tmp_path):
    assert cache_folder(True) == MEMORY
    assert cache_folder(str(tmp_path)) == cache_folder(tmp_path) == tmp_path
    assert cache_folder(False) is cache_folder(None) is None


def test_what_is_no_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'cache: expected True, .*, found .*/nowhere\.'):
        cache_folder(str(tmp_path / 'nowhere'))
    for wrong in (1, '', dict(type='x'), ['a']):
        with pytest.raises(ValueError, match='cache: expected True, False or a folder, found'):
            cache_folder(wrong)


def test_both_numbers_are_said_where_there_is_no_room(tmp_path, monkeypatch):
    require_cache_room(tmp_path / 'a', 1000)
    with pytest.raises(OSError, match=r'[\d,.]+ MB needed, [\d,.]+ MB free') as caught:
        require_cache_room(tmp_path / 'a', 10**18)
    assert caught.value.errno == errno.ENOSPC
    assert caught.value.filename == str(tmp_path / 'a')
    monkeypatch.setattr(module, 'memory_room', lambda: 1_500_000)
    require_cache_room(tmp_path / 'a', 2_000_000)  # not in memory
    monkeypatch.setattr(module, 'MEMORY', tmp_path)
    with pytest.raises(OSError, match=r'2\.0 MB of memory needed, 1\.5 MB free'):
        require_cache_room(tmp_path / 'a', 2_000_000)
