from __future__ import annotations

from pathlib import Path

import pytest

from mmmtl_scenes.writers.numbered_rooms import RoomLayout, write_numbered_rooms
from mmmtl_scenes.writers.nyuv2 import RoomSample, RoomSet

ROOMS = RoomSet(size=(16, 16), train=2, val=1)


def suffixes(number: int) -> tuple[str, ...]:
    return ('.odd' if number % 2 else '.even',)


def encode(_: RoomSet, sample: RoomSample, number: int) -> tuple[bytes, ...]:
    return (f'{sample.split} {number}'.encode(),)


LAYOUT = RoomLayout('set.json', {'own': 1}, 'lists', ('files',), suffixes, encode)


def test_names_count_over_both_splits(tmp_path: Path) -> None:
    assert write_numbered_rooms(tmp_path, ROOMS, LAYOUT, progress=False) == 3
    assert (tmp_path / 'lists/train.txt').read_text() == '0001\n0002\n'
    assert (tmp_path / 'lists/val.txt').read_text() == '0003\n'
    assert (tmp_path / 'files/0002.even').read_text() == 'train 2'
    assert (tmp_path / 'files/0003.odd').read_text() == 'val 3'


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    write_numbered_rooms(tmp_path, ROOMS, LAYOUT, progress=False)
    (tmp_path / 'files/0001.odd').unlink()
    assert write_numbered_rooms(tmp_path, ROOMS, LAYOUT, progress=False) == 1


def test_wrong_workers_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='workers must be an integer of at least 1, found 0'):
        write_numbered_rooms(tmp_path, ROOMS, LAYOUT, workers=0)
