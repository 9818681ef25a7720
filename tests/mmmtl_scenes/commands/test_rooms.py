from __future__ import annotations

import builtins
from argparse import ArgumentParser
from pathlib import Path

import pytest

from mmmtl_scenes.commands import rooms
from mmmtl_scenes.writers.nyuv2 import RoomSet


def run(*arguments: str) -> int:
    parser = ArgumentParser()
    rooms.add_arguments(parser)
    return rooms.run(parser.parse_args(arguments))


def handed_on(monkeypatch: pytest.MonkeyPatch, writer: str, *arguments: str) -> tuple[object, ...]:
    """Gives what a writer is called with."""
    calls = []

    def write(*args: object, **options: object) -> int:
        calls.append((*args, *options.values()))
        return 7

    monkeypatch.setattr(rooms, writer, write)
    assert run(*arguments) == 7
    (call,) = calls
    return call


def test_defaults_are_those_of_the_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert handed_on(monkeypatch, 'write_rooms', 'out') == ('out', RoomSet(), None, True)


def test_options_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    options = '--size 32x64 --train 3 --val 2 --seed 5 --workers 4 --dropouts 0 --supersample 2'
    call = handed_on(monkeypatch, 'write_rooms', 'out', *options.split(), '--quiet')
    assert call == ('out', RoomSet((32, 64), 3, 2, 5, 0.0, 2), 4, False)


def test_a_mat_file_has_the_official_size_and_its_splits_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call = handed_on(monkeypatch, 'write_nyuv2_mat', 'data/rooms.mat', '--format', 'mat')
    assert call == ('data/rooms.mat', RoomSet((480, 640)), Path('data/splits.mat'), None, True)


def test_the_benchmark_of_decoders_has_a_writer_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    call = handed_on(monkeypatch, 'write_nyud_rooms', 'out', '--format', 'nyud')
    assert call == ('out', RoomSet(), None, True)


def test_folders_of_pictures_have_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    call = handed_on(monkeypatch, 'write_folders_of_rooms', 'out', '--format', 'folders')
    assert call == ('out', RoomSet(), None, True)


def test_a_mat_file_is_written_with_a_white_frame(tmp_path: Path) -> None:
    h5py = pytest.importorskip('h5py')
    out = tmp_path / 'rooms.mat'
    arguments = ['--format', 'mat', '--train', '1', '--val', '0', '--workers', '1', '--quiet']
    assert run(str(out), *arguments) == 1
    with h5py.File(out) as file:
        assert file['images'].shape == (1, 3, 640, 480)
        white = (file['images'][0] == 255).all(axis=0).T
    assert white[:9].all()
    assert white[:, -9:].all()
    assert not white[9:-9, 9:-9].all()
    assert sorted(file.name for file in tmp_path.iterdir()) == ['rooms.mat', 'splits.mat']


def test_a_missing_h5py_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def import_(name: str, *args: object, **kwargs: object) -> object:
        if name == 'h5py':
            raise ImportError(name)
        return original(name, *args, **kwargs)  # type: ignore[arg-type]

    original = builtins.__import__
    monkeypatch.setattr(builtins, '__import__', import_)
    with pytest.raises(ImportError, match='rooms.mat: to write it takes h5py') as raised:
        run(str(tmp_path / 'rooms.mat'), '--format', 'mat', '--quiet')
    assert 'pip install h5py' in str(raised.value)
    assert list(tmp_path.iterdir()) == []
