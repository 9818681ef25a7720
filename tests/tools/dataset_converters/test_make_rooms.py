from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from mmmtl_scenes.writers.nyuv2 import RoomSet, write_rooms
from tests.utils.paths import TOOLS
from tests.utils.scene_files import read_all, run_in

TOOL = str(TOOLS / 'dataset_converters' / 'make_rooms.py')


@pytest.mark.e2e
def test_several_processes_give_the_same_bytes(tmp_path: Path) -> None:
    rooms = RoomSet(size=(16, 32), train=46, val=2, seed=5)
    write_rooms(tmp_path / 'one', rooms, workers=1, progress=False)
    arguments = ('two', '--size', '16x32', '--train', '46', '--val', '2', '--workers', '2')
    done = run_in(tmp_path, TOOL, *arguments, '--seed', '5', '--quiet')
    assert done.returncode == 0, done.stderr
    assert read_all(tmp_path / 'two') == read_all(tmp_path / 'one')


def test_another_set_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_rooms(tmp_path / 'two', RoomSet(size=(16, 32), train=1, val=0, seed=5), 1, False)
    arguments = ('two', '--size', '16x32', '--train', '1', '--val', '0', '--seed', '6', '--quiet')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, 'argv', [TOOL, *arguments])
    with pytest.raises(SystemExit, match='1'):
        runpy.run_path(TOOL, run_name='__main__')
    printed = capsys.readouterr().err
    assert printed.startswith('make_rooms.py: error: two holds')
    assert 'seed is 5, expected 6' in printed
    assert printed.count('\n') == 1
