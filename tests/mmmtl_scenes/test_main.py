from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mmmtl_scenes.__main__ import main, run_command
from mmmtl_scenes.commands import rooms, streets
from mmmtl_scenes.writers.cityscapes import StreetSceneSet, write_street_scenes
from mmmtl_scenes.writers.nyuv2 import RoomSet, write_rooms
from tests.utils.scene_files import read_all, run_in

TINY = ('--size', '16x32', '--train', '2', '--val', '1', '--workers', '1')


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Calls the command line in this process; gives the exit code, output and errors."""

    def run(*arguments: object) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, 'argv', ['mmmtl_scenes', *map(str, arguments)])
        try:
            code: object = main()
        except SystemExit as stop:
            code = stop.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_both_commands_render_what_the_writers_write(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    size = (16, 32)
    write_street_scenes(tmp_path / 'a', StreetSceneSet(size, 2, 1), 1, False)
    write_rooms(tmp_path / 'b', RoomSet(size, 2, 1), 1, False)
    for command, wanted in (('streets', 'a'), ('rooms', 'b')):
        out = tmp_path / command
        assert call(command, out, *TINY, '--quiet') == (0, '', '')
        assert read_all(out) == read_all(tmp_path / wanted)


def test_it_says_how_many_samples_were_rendered(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / 'set'
    assert call('streets', out, *TINY)[1].endswith(f'{out}: 3 samples rendered.\n')
    assert call('streets', out, *TINY)[1] == f'{out}: 0 samples rendered.\n'


def test_a_decathlon_is_named_too(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, err = call('decathlon', tmp_path / 'set', '--share', '2')
    assert (code, out) == (1, '')
    assert err == (
        'python -m mmmtl_scenes decathlon: error: share must be more than 0 and up to 1, '
        'found 2.0.\n'
    )
    assert not (tmp_path / 'set').exists()


@pytest.mark.parametrize('command', ['streets', 'rooms'])
@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (('--size', '8x32'), 'size must be (height, width), both even and at least 16, found'),
        (('--train', '-1'), 'train must be an integer of at least 0, found -1.'),
        (('--seed', '-5'), 'seed must be an integer of at least 0, found -5.'),
        (('--dropouts', '1'), 'dropouts must be at least 0 and below 1, found 1.0.'),
        (('--supersample', '0'), 'supersample must be an integer of at least 1, found 0.'),
        (('--workers', '0'), 'workers must be an integer of at least 1, found 0.'),
    ],
)
def test_bad_values_end_in_one_line(  # type: ignore[no-untyped-def]
    call, tmp_path: Path, command: str, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = call(command, tmp_path / 'set', *arguments, '--quiet')
    assert (code, out) == (1, '')
    assert err.startswith(f'python -m mmmtl_scenes {command}: error: {message}')
    assert err.count('\n') == 1
    assert not (tmp_path / 'set').exists()


def test_a_folder_with_another_set_is_left_alone(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    write_street_scenes(tmp_path, StreetSceneSet((16, 32), 2, 1), 1, False)
    before = read_all(tmp_path)
    code, _, err = call('streets', tmp_path, *TINY, '--seed', '6')
    assert code == 1
    assert 'other parameters: seed is 0, expected 6. Choose another folder' in err
    assert read_all(tmp_path) == before


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        ((), 'the following arguments are required: COMMAND'),
        (('castles', 'out'), "invalid choice: 'castles'"),
        (('streets',), 'the following arguments are required: out'),
        (('streets', 'out', '--size', '32'), "expected HEIGHTxWIDTH such as 128x256, found '32'"),
        (('rooms', 'out', '--format', 'zip'), "invalid choice: 'zip'"),
    ],
)
def test_a_command_line_that_cannot_be_read_ends_with_code_2(  # type: ignore[no-untyped-def]
    call, arguments: tuple[str, ...], message: str
) -> None:
    code, _, err = call(*arguments)
    assert code == 2
    assert message in err


def test_help_of_every_level(call) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = call('--help')
    assert code == 0
    assert 'streets ' in out
    assert 'rooms ' in out
    assert 'decathlon' in out
    for command in ('streets', 'rooms'):
        code, out, _ = call(command, '--help')
        assert code == 0
        assert out.startswith(f'usage: python -m mmmtl_scenes {command} ')
        assert '--supersample' in out
    assert '--format' in out


@pytest.mark.parametrize('module', [streets, rooms])
def test_a_command_is_a_program_of_its_own_too(
    module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(sys, 'argv', ['make_it.py', str(tmp_path), '--size', '8x8'])
    assert run_command(module) == 1
    assert capsys.readouterr().err.startswith('make_it.py: error: size must be')


@pytest.mark.e2e
def test_the_command_runs_in_an_empty_folder(tmp_path: Path) -> None:
    done = run_in(tmp_path, '-m', 'mmmtl_scenes', 'rooms', 'data/set', *TINY, '--quiet')
    assert (done.returncode, done.stdout) == (0, ''), done.stderr
    write_rooms(tmp_path / 'same', RoomSet((16, 32), 2, 1), 1, False)
    assert read_all(tmp_path / 'data' / 'set') == read_all(tmp_path / 'same')
