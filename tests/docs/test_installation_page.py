"""docs/installation.md: its configs, its code, and that its commands can be read."""

import pytest
from mmengine.config import Config

from mmmtl.__main__ import COMMANDS, parse
from mmmtl.shipped_files import find_config, find_suite
from mmmtl.version import __version__
from tests.utils.doc_pages import read_blocks
from tests.utils.paths import DOCS

PAGE = 'installation.md'


def commands():
    lines = '\n'.join(b.code for b in read_blocks(PAGE) if b.language == 'bash').splitlines()
    return [line.partition('mmmtl ')[2] for line in lines if 'mmmtl ' in line]


@pytest.mark.parametrize('command', commands())
def test_a_command_can_be_read(command):
    args = parse([word.strip("'") for word in command.split()])
    if 'config' in args:
        assert find_config(args.config).is_file()
    if 'suite' in args:
        assert find_suite(args.suite).is_file()


def test_the_table_has_every_command_and_the_wheel_this_version():
    text = (DOCS / PAGE).read_text()
    assert all(f'`mmmtl {name} ' in text or f'`mmmtl {name}`' in text for name in COMMANDS)
    assert f'mmmtl-{__version__}-py3' in text


def test_the_code(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    mine, script = (block.code for block in read_blocks(PAGE) if block.language == 'python')
    (tmp_path / 'mine.py').write_text(mine)
    names = {}
    exec(script, names)
    assert isinstance(names['cfg'], Config)
    assert names['cfg'].model.loss_weighting.type == 'DynamicWeightAverage'
    assert 'mtan_segnet_cityscapes7.py' in capsys.readouterr().out
