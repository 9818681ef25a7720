import sys
from importlib import import_module

import pytest

from mmmtl.__main__ import COMMANDS, main
from mmmtl.version import __version__


def printed_by(capsys, *arguments):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    printed = capsys.readouterr()
    return stopped.value.code, printed.out + printed.err


def test_help_lists_every_command(capsys):
    code, text = printed_by(capsys, '--help')
    assert code == 0
    for name, door in COMMANDS.items():
        assert f'    {name}' in text
        assert door.text in text


@pytest.mark.parametrize('name', COMMANDS)
def test_every_command_says_what_it_does(capsys, name):
    code, text = printed_by(capsys, name, '--help')
    assert code == 0
    assert f'usage: python -m mmmtl {name} ' in text
    assert import_module(COMMANDS[name].module).__doc__.splitlines()[0] in text


@pytest.mark.parametrize('name', ['browse', 'cityscapes', 'nyuv2', 'streets', 'rooms'])
def test_commands_of_data_are_a_level_below(capsys, name):
    code, text = printed_by(capsys, 'data', name, '--help')
    assert code == 0
    assert f'usage: python -m mmmtl data {name} ' in text


def test_the_script_has_a_name_of_its_own(capsys, monkeypatch):
    monkeypatch.setattr(sys, 'argv', ['/usr/bin/mmmtl'])
    assert printed_by(capsys, 'configs', '--help')[1].startswith('usage: mmmtl configs ')
    assert printed_by(capsys, '--version') == (0, f'mmmtl {__version__}\n')


def test_scenes_are_rendered(capsys, tmp_path):
    size = ('--size', '16x32', '--train', '1', '--val', '0', '--workers', '1')
    assert main(['data', 'rooms', str(tmp_path / 'a'), *size]) == 0
    assert capsys.readouterr().out.endswith('a: 1 samples rendered.\n')
    assert main(['data', 'streets', str(tmp_path / 'b'), *size, '--seed', '-1']) == 1
    assert 'error: seed must be an integer of at least 0' in capsys.readouterr().err


def test_a_package_that_is_missing_is_named(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, 'mmmtl_bench.commands.report', None)
    monkeypatch.delattr('mmmtl_bench.commands.report', raising=False)
    code, text = printed_by(capsys, 'report', 'runs')
    assert code == 2
    assert 'error: import of mmmtl_bench.commands.report halted' in text
